import { promisesHold } from '../proof/promises.ts';

promisesHold('etcd');
