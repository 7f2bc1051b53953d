import type { UserInfo } from '../../apimachinery/user.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder, type EventRecorder } from '../../client/event-recorder.ts';
import type { ControllerTools } from '../types.ts';

/** How a node speaks to the server. */
export interface NodeVoice {
  readonly client: Client;
  readonly recorder: EventRecorder;
}

const userOf = (node: string): UserInfo => ({
  name: `system:node:${node}`,
  groups: ['system:nodes', 'system:authenticated'],
});

/** Every node speaks for itself, as a kubelet does, so that what nodes may do is decided as for real ones. */
export function createNodeVoices({
  clientOf,
  upkeep,
  log,
}: Pick<ControllerTools, 'clientOf' | 'upkeep' | 'log'>) {
  const voices = new Map<string, NodeVoice>();
  const voiceOf = (node: string): NodeVoice => {
    const known = voices.get(node);
    if (known) return known;
    const client = clientOf(userOf(node));
    const recorder = createEventRecorder({ client, clock: upkeep, log, component: 'kubelet', host: node });
    const voice = { client, recorder };
    voices.set(node, voice);
    return voice;
  };
  return { voiceOf, forget: (node: string) => void voices.delete(node) };
}

export type NodeVoices = ReturnType<typeof createNodeVoices>;
