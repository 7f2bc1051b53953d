import type { ControllerTools, Running } from '../types.ts';
import { createNodeVoices } from './node-users.ts';
import { plansFrom } from './plans.ts';
import { runPods } from './pods.ts';
import { keepNodes } from './registration.ts';
import type { NodeSettings } from './settings.ts';

/**
 * Nodes on which nothing runs: they register, stay alive, and say of the pods bound to them what a kubelet would say if their
 * containers did what was declared.
 */
export function startNodes(settings: NodeSettings, tools: ControllerTools): Running {
  const voices = createNodeVoices(tools);
  const running = [
    keepNodes(settings, voices, tools),
    runPods(
      plansFrom(() => []),
      voices,
      tools,
    ),
  ];
  return {
    async stop() {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}
