import type { ISecret } from 'kubernetes-models/v1/Secret';
import { type KubeObject, setOwn } from '../../../apimachinery/object.ts';

/** Opaque when no type is given; `stringData`, which is never stored, goes into `data`. */
export function defaults(object: KubeObject): void {
  const secret = object as unknown as ISecret;
  const texts = secret.stringData;
  if (texts && Object.keys(texts).length > 0) {
    const data: Record<string, unknown> = { ...secret.data };
    for (const key of Object.keys(texts)) setOwn(data, key, Buffer.from(texts[key]!).toString('base64'));
    object['data'] = data;
  }
  delete object['stringData'];
  if (!secret.type) secret.type = 'Opaque';
}
