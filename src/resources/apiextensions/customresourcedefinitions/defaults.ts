import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultWebhookClient } from '../../validation/webhook-client.ts';
import { type CrdNames, type CrdSpec, type CrdStatus, storageVersionOf } from './types.ts';

export function defaults(crd: KubeObject): void {
  const spec = structIn<CrdSpec>(crd, 'spec');
  const names = structIn<CrdNames>(spec, 'names');
  const { kind = '' } = names;
  if (!names.singular && kind !== '') names.singular = kind.toLowerCase();
  if (!names.listKind && kind !== '') names.listKind = `${kind}List`;
  spec.conversion ??= { strategy: 'None' };
  defaultWebhookClient(spec.conversion.webhook?.clientConfig);
  defaultStoredVersions(crd);
}

function defaultStoredVersions(crd: KubeObject): void {
  const storage = storageVersionOf(crd);
  const status = structIn<CrdStatus>(crd, 'status');
  if (storage !== undefined && !status.storedVersions?.length) status.storedVersions = [storage];
}
