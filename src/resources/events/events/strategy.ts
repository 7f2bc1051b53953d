import { eventStrategy } from '../../event-strategy.ts';

export const strategy = eventStrategy('events.k8s.io');
