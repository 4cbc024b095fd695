import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** Structured log of a function: keys, counts and reasons; never an identifier of a person, an amount of a customer, or a record. */
export const logger = new Logger();

/** Metrics of records and files, by carrier. */
export const metrics = new Metrics();
