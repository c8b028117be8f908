export {
  CALL_BUCKETS_S,
  defineCounter,
  defineGauge,
  defineHistogram,
  listDefinitions,
  VIDEO_BUCKETS_S,
} from './definitions.js';
export { Figures, type Figure } from './figures.js';
export { HttpMetrics } from './http-metrics.js';
export { Metrics, sample, startTimer, type Sample } from './metrics.js';
export { METRICS_PATH, MetricsController } from './metrics.controller.js';
