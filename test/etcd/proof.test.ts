import { isFound } from '../proof/canary.ts';
import { promisesHold } from '../proof/promises.ts';

promisesHold('etcd');
isFound('others forgotten', 'etcd');
