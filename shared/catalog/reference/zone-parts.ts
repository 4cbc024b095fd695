import { bandSchema, seasonSchema } from '../files/read-calendar.ts';
import { modelSchema, zoneSchema } from '../files/read-zone-model.ts';
import { listOfParts, type Part } from './part.ts';

const ZONE_MODEL: Part = {
  name: 'zoneModel',
  title: 'Zone model',
  says: 'From the serving network, and for voice and SMS from the number called, to a zone of prices. A plan names the model it uses.',
  schema: modelSchema.extend({ zones: listOfParts('zone').min(1).max(1_000) }),
  fields: {
    id: { means: 'Plans name it.', example: 'world' },
    zones: 'The zones; no network is named twice.',
    defaultZone: {
      means: 'The zone of all other networks.',
      example: 'row',
      otherwise: 'none: their usage has no zone, a charge that names no zones prices it, or it is suspended',
    },
  },
  example: `zoneModels:
  - id: world
    zones:
      - { id: eu, name: Europe, networks: [DEU, FRA, 26201] }
      - { id: us-from-eu, name: Europe to USA, called: [{ from: [eu], prefixes: [1] }] }
      - { id: canada, name: Canada, called: [{ prefixes: [1204, 1226] }] }
      - { id: row, name: Rest of the world, networks: [USA] }
    defaultZone: row
`,
};

const ZONE: Part = {
  name: 'zone',
  title: 'Zone',
  says: 'Networks and numbers called of one price. The longest match wins: `26201` before `262`. A record that names the number called is in the zone whose `called` has the longest prefix of it; of two equally long ones, that which says where it is called from. Numbers no zone names are in the zone of their serving network.',
  schema: zoneSchema,
  fields: {
    id: { means: 'Charges name it.', example: 'eu' },
    name: { means: 'As it stands on invoices.', example: 'Europe' },
    networks: {
      means: 'Serving networks, or the beginnings of them.',
      example: '[DEU, FRA, 26201]',
      otherwise: 'none',
    },
    called: {
      means: 'Numbers called.',
      otherwise: 'none',
      example: '[{ from: [eu], prefixes: [1] }]',
      fields: {
        from: { means: 'Zones of the serving network it is called from.', example: '[eu]', otherwise: 'anywhere' },
        prefixes: { means: 'First digits, at most 7, country first.', example: '[1, 4420]' },
      },
    },
  },
  example: '',
};

const TIME_BAND: Part = {
  name: 'timeBand',
  title: 'Time band',
  says: "Hours of the week, by the clock of the payer's time zone. Usage is in the band it starts in. Where clocks go back, the hour that comes twice is in a band twice.",
  schema: bandSchema,
  fields: {
    id: { means: 'Charges name it.', example: 'office' },
    name: { means: 'For people.', example: 'Office hours' },
    hours: {
      means: 'When it is.',
      fields: {
        days: { means: 'Weekdays.', example: 'mon-fri', otherwise: 'all' },
        from: { means: 'From when.', example: '08:00', otherwise: '00:00' },
        until: {
          means: 'Until when, exclusive; an end at or before the beginning is on the next day.',
          example: '18:00',
          otherwise: '24:00',
        },
      },
    },
  },
  example: `timeBands:
  - { id: office, name: Office hours, hours: [{ days: mon-fri, from: 08:00, until: 18:00 }] }
  - { id: night, name: Night, hours: [{ from: 22:00, until: 06:00 }] }
`,
};

const SEASON: Part = {
  name: 'season',
  title: 'Season',
  says: "Times of each year. Usage is in the season of its day by the payer's clock; recurring charges are in it day by day.",
  schema: seasonSchema,
  fields: {
    id: { means: 'Charges name it.', example: 'summer' },
    name: { means: 'For people.', example: 'Summer' },
    ranges: {
      means: 'When it is.',
      fields: {
        from: { means: 'The first day.', example: '06-15' },
        until: {
          means: 'The first day that is not in it; one at or before the first is in the next year.',
          example: '09-01',
        },
      },
    },
  },
  example: `seasons:
  - { id: summer, name: Summer, ranges: [{ from: 06-15, until: 09-01 }] }
`,
};

/** Where and when usage is. */
export const ZONE_PARTS: readonly Part[] = [ZONE_MODEL, ZONE, TIME_BAND, SEASON];
