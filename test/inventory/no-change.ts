import type { Change } from '#shared/inventory/change.ts';

/** A change that says nothing. */
export const NO_CHANGE: Change = {
  subscription: '',
  effectiveFrom: '',
  state: '',
  seller: '',
  payer: '',
  plan: '',
  businessUnit: '',
  addOn: '',
  imsi: '',
  iccid: '',
  msisdn: '',
  said: {},
};
