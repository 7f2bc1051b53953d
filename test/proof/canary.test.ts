import { bugNames } from './bugs.ts';
import { isFound } from './canary.ts';

/** Shown by test/etcd/proof.test.ts, where it takes several servers. */
const needsOthers = 'others forgotten';

for (const bug of bugNames) if (bug !== needsOthers) isFound(bug, 'memory');
