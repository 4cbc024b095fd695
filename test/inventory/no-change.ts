import type { Change, KnownAccount } from '#shared/inventory/change.ts';

/** A change that says nothing. */
export const NO_CHANGE: Change = {
  subscription: '',
  effectiveFrom: '',
  state: '',
  readyDays: '',
  seller: '',
  payer: '',
  plan: '',
  businessUnit: '',
  addOn: '',
  topUp: '',
  imsi: '',
  iccid: '',
  msisdn: '',
  eid: '',
  device: '',
  said: {},
};

/** An account that has always been a seller's customer in a time zone. */
export function knownAccount(seller: string, timeZone: string, businessUnits: readonly string[] = []): KnownAccount {
  return { history: [{ effectiveFrom: 0, seller, timeZone }], timeZone, businessUnits: new Set(businessUnits) };
}
