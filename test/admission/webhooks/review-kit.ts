import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Loose } from '../../helpers/api.ts';
import { type Asked, allow, type Hooked, hooked, rule } from './kit.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const userInfo = { username: 'binnacle-admin', groups: ['system:masters', 'system:authenticated'] };
export const options = (kind: string, more: object = {}) => ({ kind, apiVersion: 'meta.k8s.io/v1', ...more });
/** A cluster with one webhook of each kind, `m` and `v`, for everything that the rules name. */
export async function watched(
  t: TestContext,
  rules: Loose[] = [rule('*', '', 'v1', 'configmaps')],
  more = {},
) {
  const use = await hooked(t);
  const watch = async () => {
    await use.mutating('m', use.hook('m', allow(), { rules, ...more }));
    await use.validating('v', use.hook('v', allow(), { rules, ...more }));
  };
  return { ...use, watch };
}

/** The requests of the one mutating and the one validating review that were sent, without their uids. */
export function bothOf({ asked }: Pick<Hooked, 'asked'>): [mutating: Loose, validating: Loose] {
  const all = asked();
  assert.deepEqual(
    all.map(({ by }) => by),
    ['m', 'v'],
  );
  assert.notEqual(all[0]!.review.request.uid, all[1]!.review.request.uid);
  return all.map(requestOf) as [Loose, Loose];
}

export function requestOf({ review }: Asked): Loose {
  const { kind, apiVersion, request, ...rest } = review;
  assert.deepEqual([kind, apiVersion, rest], ['AdmissionReview', 'admission.k8s.io/v1', {}]);
  const { uid, ...about } = request;
  assert.match(uid, uuid);
  return about;
}
