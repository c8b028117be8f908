export { HealthController } from './health.controller.js';
export { Readiness, type ReadinessCheck } from './readiness.js';
