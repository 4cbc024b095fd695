/** More rating groups, classes of quality and technologies than any session has at once. */
const MOST_GROUPS = 256;
/** Stands for a number that is not said. */
export const NOT_SAID = -1;

/**
 * The volumes of one record by what they may be priced by: rating group, class of quality (5QI or QCI) and radio access technology. Containers
 * that agree in all three add up; a network cuts them for reasons of its own.
 */
export class VolumeGroups {
  /** How many there are; each of the columns has so many values. NOT_SAID = the container does not say. */
  length = 0;
  readonly ratingGroup = new Float64Array(MOST_GROUPS);
  readonly qos = new Float64Array(MOST_GROUPS);
  readonly rat = new Float64Array(MOST_GROUPS);
  /** Octets. */
  readonly up = new Float64Array(MOST_GROUPS);
  readonly down = new Float64Array(MOST_GROUPS);
  readonly unsplit = new Float64Array(MOST_GROUPS);

  /** Adds the volumes of a container; false = there are too many groups. */
  add(ratingGroup: number, qos: number, rat: number, up: number, down: number, unsplit: number): boolean {
    const group = this.groupOf(ratingGroup, qos, rat);
    if (group === MOST_GROUPS) return false;
    this.up[group]! += up;
    this.down[group]! += down;
    this.unsplit[group]! += unsplit;
    return true;
  }

  /** Takes what the record says (NOT_SAID = nothing) for what containers did not; groups that then agree are one. */
  settle(qos: number, rat: number): void {
    const { length } = this;
    this.length = 0;
    for (let i = 0; i < length; i++) {
      const ownQos = this.qos[i]! === NOT_SAID ? qos : this.qos[i]!;
      const ownRat = this.rat[i]! === NOT_SAID ? rat : this.rat[i]!;
      const [ratingGroup, up, down, unsplit] = [this.ratingGroup[i]!, this.up[i]!, this.down[i]!, this.unsplit[i]!];
      this.add(ratingGroup, ownQos, ownRat, up, down, unsplit);
    }
  }

  private groupOf(ratingGroup: number, qos: number, rat: number): number {
    const { length } = this;
    for (let group = length - 1; group >= 0; group--)
      if (this.ratingGroup[group] === ratingGroup && this.qos[group] === qos && this.rat[group] === rat) return group;
    if (length === MOST_GROUPS) return MOST_GROUPS;
    this.ratingGroup[length] = ratingGroup;
    this.qos[length] = qos;
    this.rat[length] = rat;
    this.up[length] = 0;
    this.down[length] = 0;
    this.unsplit[length] = 0;
    this.length++;
    return length;
  }
}

/** A number, or NOT_SAID. */
export function said(value: number): number {
  return value >= 0 ? value : NOT_SAID;
}
