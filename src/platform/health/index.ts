export { HealthController } from './health.controller.js';
export { judge } from './judge.js';
export { Readiness, type ReadinessCheck } from './readiness.js';
