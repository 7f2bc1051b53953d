import { namespaces } from '../../client/kinds.ts';
import type { ControllerTools } from '../types.ts';
import { functionImages } from './images.ts';
import { createNodeVoices } from './node-users.ts';
import { createPlans } from './plans.ts';
import { type RunningPods, runPods } from './pods.ts';
import { keepNodes } from './registration.ts';
import type { NodeSettings } from './settings.ts';

/**
 * Nodes on which nothing runs: they register, stay alive, and say of the pods bound to them what a kubelet would say if their
 * containers did what was declared. Images that are functions run as such.
 */
export function startNodes(settings: NodeSettings, tools: ControllerTools): RunningPods {
  const voices = createNodeVoices(tools);
  const plans = createPlans(tools.informers.of(namespaces), functionImages(tools, voices));
  const kept = keepNodes(settings, voices, tools);
  const run = runPods(plans, voices, tools);
  return {
    runOf: run.runOf,
    async stop() {
      await Promise.all([kept.stop(), run.stop()]);
    },
  };
}
