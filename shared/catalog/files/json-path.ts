/** A step of a path into JSON: a key, or (null) every item of a list. */
export type JsonStep = string | null;

/** Most steps a path has. */
const MOST_STEPS = 16;

/**
 * Reads a path such as `sim.iccid`, `units[].volume` or `"a.b".c` as its steps; nothing when it is no path. Keys are taken as they are,
 * without escapes; a key in double quotes may hold dots, brackets and blanks, but no quotes.
 */
export function jsonPath(text: string): readonly JsonStep[] | undefined {
  const steps: JsonStep[] = [];
  let rest = text;
  while (rest !== '' || steps.length === 0) {
    const found = /^(?:"([^"]+)"|([^.[\]"\s]+))((?:\[\])*)(?:\.(?=.)|$)/.exec(rest);
    if (found === null) return undefined;
    steps.push((found[1] ?? found[2]) as string);
    for (let lists = (found[3] as string).length; lists > 0; lists -= 2) steps.push(null);
    rest = rest.slice(found[0].length);
  }
  return steps.length <= MOST_STEPS ? steps : undefined;
}

/** The list whose items a path goes through, as steps up to and with the last of them; empty when it leads to one value. */
export function listOfPath(steps: readonly JsonStep[]): readonly JsonStep[] {
  return steps.slice(0, steps.lastIndexOf(null) + 1);
}

/** Whether one path leads to a part of what the other leads to. */
export function leadsInto(outer: readonly JsonStep[], inner: readonly JsonStep[]): boolean {
  return outer.length < inner.length && outer.every((step, at) => step === inner[at]);
}
