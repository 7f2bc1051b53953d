import { eventStrategy } from '../../event-strategy.ts';

export const strategy = eventStrategy('');
