// A process that runs the cloud, so that a test can kill it.
import { startCloud } from '../../../local/cloud.ts';

const [assemblyDirectory = '', dataDirectory = ''] = process.argv.slice(2);
const cloud = await startCloud({
  assemblyDirectory,
  dataDirectory,
  port: 0,
  schedules: false,
  metered: false,
  log: console.error,
});
console.log(JSON.stringify(cloud.environment));
