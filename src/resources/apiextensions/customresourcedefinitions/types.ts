import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import type { WebhookClient } from '../../validation/webhook-client.ts';
import type { JsonSchema } from './json-schema.ts';

export interface CrdNames {
  plural?: string;
  singular?: string;
  kind?: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

export interface PrinterColumn {
  name?: string;
  type?: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath?: string;
}

export interface ScaleSubresource {
  specReplicasPath?: string;
  statusReplicasPath?: string;
  labelSelectorPath?: string;
}

export interface Subresources {
  status?: object;
  scale?: ScaleSubresource;
}

/** What a version may say for itself, and what is said once when all versions agree. */
export interface VersionParts {
  schema?: { openAPIV3Schema?: JsonSchema };
  subresources?: Subresources;
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath?: string }[];
}

export interface CrdVersion extends VersionParts {
  name?: string;
  served?: boolean;
  storage?: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
}

export interface CrdConversion {
  strategy?: string;
  webhook?: { clientConfig?: WebhookClient; conversionReviewVersions?: string[] };
}

/** `apiextensions.k8s.io/v1` CustomResourceDefinitionSpec. */
export interface CrdSpec {
  group?: string;
  names?: CrdNames;
  scope?: string;
  versions?: CrdVersion[];
  conversion?: CrdConversion;
  preserveUnknownFields?: boolean;
}

export interface CrdStatus {
  conditions?: { type?: string; status?: string }[];
  acceptedNames?: CrdNames;
  storedVersions?: string[];
}

export const specOf = (crd: KubeObject): CrdSpec => readStruct(crd, 'spec');
export const statusOf = (crd: KubeObject): CrdStatus => readStruct(crd, 'status');

/** The name of the version in which custom resources are stored; undefined when none is marked. */
export const storageVersionOf = (crd: KubeObject): string | undefined =>
  (specOf(crd).versions ?? []).find(({ storage }) => storage)?.name;
