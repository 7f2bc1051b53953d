import { promisesHold } from './promises.ts';

promisesHold('sqlite');
