import type { IRuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

export const defaults = (object: KubeObject): void =>
  roundResourceList((object as unknown as IRuntimeClass).overhead?.podFixed);
