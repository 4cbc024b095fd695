import type { Tap3File } from '../../bench/generate/tap3-encoder.ts';
import { ARRIVED } from './decode.ts';

/** A TAP file from DEUD2 for UTOIO in euros, but for its events. */
export const TAP3_FILE: Omit<Tap3File, 'events'> = {
  sender: 'DEUD2',
  recipient: 'UTOIO',
  sequence: 1,
  release: 12,
  test: false,
  available: ARRIVED - 3600,
  offset: '+0100',
  localCurrency: 'EUR',
  tapCurrency: '',
  decimals: 5,
  exchangeRate: 119_857,
  indefinite: false,
  audit: {},
};
