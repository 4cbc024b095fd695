/** Cases that our present functions cannot be asked, by the reason why. */
export const SKIPPED: Readonly<Record<string, readonly string[]>> = {
  'quantities are only ever raised: rounding them to the nearest or down is not offered': [
    'lago-unit-rounding-round-2',
    'lago-unit-rounding-round-None',
    'lago-unit-rounding-floor--2',
  ],
  'with billing day 31 the cycle that ends on 28 February begins on 31 January with us, on 28 January in the source': [
    'kb-proration-chg-31b',
  ],
  'the source raises to increments after the allowance, we before it (pricing rules §3 and §4)': ['br-allow-g2'],
  'the source rounds a cost up to one decimal; ours are rounded half away from zero to the minor unit': [
    'cgr-session-round-up',
  ],
  'an increment of its own for each allowance is not offered': ['cgr-account-mixed'],
  'wallets are not offered yet': [
    'om-credits-full',
    'om-credits-partial',
    'om-credits-multi',
    'om-credits-commit',
    'cgr-account-shared',
    'cgr-serial-debit',
  ],
  'alerts on the use of a pool are not part of pricing': ['doc-iotie-pool'],
  'everything in packages of the tier it reaches is not offered: a package has one size, and volume tiers have no increments':
    ['kb-top-1000', 'kb-top-101000', 'kb-top-101001'],
  'packages are only ever begun: rounding them down is not offered': ['fp-package-down-50', 'fp-package-down-250'],
  'the source leaves the first records of a percentage free; with us each amount is charged (pricing rules §5)': [
    'lago-percentage-1',
    'lago-percentage-2',
    'lago-percentage-4',
  ],
  'the source has tiers of percentages; with us a percentage is one of all amounts (pricing rules §5)': [
    'lago-grad-pct-0',
    'lago-grad-pct-10',
    'lago-grad-pct-11',
  ],
  'a minimum for each window of a period, and more for what exceeds it, is not offered': ['fp-window-commit-1'],
  'a credit for a part of a line takes no discount back with us: a discount is a line of its own': ['lago-cn-coupon'],
  'the source spreads coupons in fractions of a cent; with us each line is discounted in whole minor units': [
    'lago-coupons-breakdown',
  ],
  'gauges weighted by time are not offered': ['lago-weighted-sum'],
  'the source divides a call at the edge of a time band; with us its start decides, a record is never split (pricing rules §1)':
    ['cgr-midnight'],
  'the source repairs what was billed by items of its own form; our difference is by line': [
    'kb-tree-bcd2',
    'kb-tree-block',
  ],
  'numbers are counted per seller and series, never per customer': ['lago-numbering-customer'],
  'a number series has a prefix with {year}, never with the month': ['lago-numbering-switch'],
  'rates by country and region, the most specific first, are not offered yet': ['mt-tax-region'],
};
