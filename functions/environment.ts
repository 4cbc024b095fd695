import { connect } from '#shared/aws/connect.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';

/** The function's connection to the resources it may reach: made once, when the function starts. */
export const world = connect(process.env);

/** How long after its month usage is kept: the back-billing limit and some more. */
export const keepMonths = world.settings.backBillingMonths + world.settings.usageRetentionMonths;

/** Limits of decoding in this environment. */
export const decoderSettings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: world.settings.chunkRecords };
