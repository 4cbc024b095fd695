/** Call records of telephone exchanges. Their times are local and carry no offset: name the exchange's zone in `start`. */
export const VOICE_PRESETS = {
  'asterisk-csv': {
    about: 'Asterisk cdr_csv (Master.csv): calls, billed by billsec; set start.zone to that of the exchange',
    definition: {
      format: 'delimited',
      columns: [
        ...['accountcode', 'src', 'dst', 'dcontext', 'clid', 'channel', 'dstchannel', 'lastapp', 'lastdata'],
        ...['start', 'answer', 'end', 'duration', 'billsec', 'disposition', 'amaflags', 'uniqueid', 'userfield'],
      ],
      identifiers: [{ kind: 'device', column: 'src' }],
      identity: ['uniqueid'],
      start: { column: 'start' },
      service: {
        rules: [
          {
            service: 'voice',
            direction: 'mo',
            quantities: [
              { measure: 'seconds', column: 'billsec', unit: 'second' },
              { measure: 'count', column: '', unit: 'piece' },
            ],
          },
        ],
      },
      outcome: { column: 'disposition', values: { ANSWERED: 'counts', '*': 'failed' } },
      recordType: 'disposition',
      otherParty: 'dst',
      session: 'uniqueid',
    },
  },
  'freeswitch-csv': {
    about:
      'FreeSWITCH mod_cdr_csv, its default template: calls, billed by billsec; set start.zone to that of the exchange',
    definition: {
      format: 'delimited',
      columns: [
        ...['caller_id_name', 'caller_id_number', 'destination_number', 'context', 'start_stamp', 'answer_stamp'],
        ...['end_stamp', 'duration', 'billsec', 'hangup_cause', 'uuid', 'bleg_uuid', 'accountcode'],
        ...['read_codec', 'write_codec'],
      ],
      identifiers: [{ kind: 'device', column: 'caller_id_number' }],
      identity: ['uuid'],
      start: { column: 'start_stamp' },
      service: {
        rules: [
          {
            service: 'voice',
            direction: 'mo',
            quantities: [
              { measure: 'seconds', column: 'billsec', unit: 'second' },
              { measure: 'count', column: '', unit: 'piece' },
            ],
          },
        ],
      },
      outcome: { column: 'answer_stamp', values: { '': 'failed', '*': 'counts' } },
      recordType: 'hangup_cause',
      otherParty: 'destination_number',
      session: 'uuid',
    },
  },
} as const;
