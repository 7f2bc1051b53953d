import { promisesHold } from './promises.ts';

promisesHold('memory');
