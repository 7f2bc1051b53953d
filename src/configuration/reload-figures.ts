import type { Figure } from '../apimachinery/figure.ts';
import type { Reloads } from './reloads.ts';

/** What `/metrics` tells about followed files. */
export const reloadFigures = (reloads: Reloads): readonly Figure[] => [
  {
    name: 'binnacle_config_reloads_total',
    help: 'Times a configuration file was read, by what came of it.',
    type: 'counter',
    labelNames: ['name', 'status'],
    *samples() {
      for (const { name, successes, failures } of reloads.states()) {
        yield { labels: { name, status: 'success' }, value: successes };
        yield { labels: { name, status: 'failure' }, value: failures };
      }
    },
  },
  {
    name: 'binnacle_config_current',
    help: 'Whether the newest content of a configuration file is in use.',
    type: 'gauge',
    labelNames: ['name'],
    *samples() {
      for (const { name, failure } of reloads.states()) {
        yield { labels: { name }, value: failure === undefined ? 1 : 0 };
      }
    },
  },
];
