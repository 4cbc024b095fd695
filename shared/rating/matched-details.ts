import type { PlanVersion } from '#shared/catalog/catalog.ts';
import type { DetailName } from '#shared/inventory/fact.ts';
import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { timeline } from '#shared/inventory/timeline.ts';

/** Details that charges match, and reports group by, as they do properties; of tags each is one: `tags.north` is "yes" of who has the tag north. */
const MATCHED: readonly DetailName[] = ['category', 'service', 'salesperson', 'reference'];
const TAG = 'tags.';
const HAS_TAG = 'yes';

/** Whether a charge may match a detail: others move no line. */
export function canBeMatched(detail: DetailName): boolean {
  return detail === 'tags' || MATCHED.includes(detail);
}

/** Details that charges of a plan ask for by the names of properties; of most plans none. */
export function detailsAsked(versions: readonly Pick<PlanVersion, 'charges'>[]): readonly string[] {
  const asked = versions.flatMap(({ charges }) =>
    charges.flatMap((charge) => (charge.kind === 'usage' ? charge.match.properties : charge.properties)),
  );
  const names = new Set(asked.map(({ name }) => name));
  return [...names].filter((name) => name.startsWith(TAG) || MATCHED.some((detail) => detail === name));
}

/** A subscription's properties, and of its details those that are asked for: a property of the same name comes first. */
export function matchedProperties(
  { properties, details, known }: Pick<SubscriptionHistory, 'properties' | 'details' | 'known'>,
  asked: readonly string[],
): SubscriptionHistory['properties'] {
  if (asked.length === 0 || details.length === 0) return properties;
  const own = new Set(properties.map(({ name }) => name));
  const matched = [...new Set(asked)].filter((name) => !own.has(name));
  return [
    ...properties,
    ...matched.map((name) => {
      const detail = name.startsWith(TAG) ? 'tags' : name;
      const said = details.filter(({ fact }) => fact.detail === detail);
      return { name, spans: timeline(said, known, ({ value }) => conditionValue(name, value)) };
    }),
  ];
}

function conditionValue(name: string, value: unknown): string {
  if (name.startsWith(TAG)) return Array.isArray(value) && value.includes(name.slice(TAG.length)) ? HAS_TAG : '';
  return typeof value === 'string' ? value : '';
}
