/** A small catalogue in one file, as an operator writes it: what the tests of its reading start from. */
export const SAMPLE = `sellers:
  - id: acme
    name: Acme IoT GmbH
    address: { lines: [Hauptstr. 1], postalCode: 01099, city: Dresden, country: DE }
    timeZone: Europe/Berlin
    bank: { iban: DE02 1203 0000 0000 2020 51, bic: BYLADEM1001 }
    numbering:
      invoice: { prefix: "INV-{year}-" }
      creditNote: { prefix: "CN-{year}-", width: 5 }
zoneModels:
  - id: world
    zones:
      - { id: eu, name: Europe, networks: [FRA, deu, 262-01] }
      - { id: row, name: Rest, networks: USA }
    defaultZone: row
taxProfiles:
  - { id: de, name: German VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { id: rc, name: Reverse, category: AE, reason: Reverse charge }
sources:
  - { name: acme-tap, carrier: acme, format: tap3 }
plans:
  - id: iot
    name: IoT
    currency: EUR
    zoneModel: world
    versions:
      - from: 2026-01-01
        charges:
          - { kind: recurring, id: fee, name: Monthly fee, price: 2.00 }
          - kind: usage
            id: data-eu
            name: Data in Europe
            match: { services: data, zones: [eu] }
            measure: bytes
            unit: MB
            increment: 1 kB
            price: 0.10
          - kind: usage
            id: voice
            name: Voice
            match: { services: [voice] }
            measure: seconds
            unit: min
            increment: 30/6 s
            price:
              tiers:
                - { upTo: 100, price: 0.05, flat: 1 }
                - { upTo: 5 h, price: 0.02 }
                - { price: 0.01 }
          - kind: usage
            id: sms
            name: Messages
            match: { services: [sms] }
            measure: count
            price: 0.06
        allowances:
          - { id: data, name: 100 MB each, kind: flexible, pool: eu-data, size: 100 MB, covers: [data-eu] }
`;
