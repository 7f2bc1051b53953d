import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '../helpers/api.ts';
import { clusterWith } from './kit.ts';

const reviews = '/apis/authorization.k8s.io/v1';

describe('an access review tells what it ignores of selectors', { timeout: 60_000 }, () => {
  const all = 'ignored due to parse error';
  const field = (text: string) => `spec.resourceAttributes.fieldSelector ${text}`;
  const label = (text: string) => `spec.resourceAttributes.labelSelector ${text}`;
  const one = (operator: string, ...values: string[]) => ({ key: 'a', operator, values });
  const cases: [selectors: object, error: string | undefined][] = [
    [{ fieldSelector: { rawSelector: 'a!=b,c==d' } }, undefined],
    [{ fieldSelector: { rawSelector: 'a' } }, field(all)],
    [{ fieldSelector: { requirements: [one('In', 'x')] } }, undefined],
    [{ fieldSelector: { requirements: [one('In', 'x', 'y')] } }, field(all)],
    [{ fieldSelector: { requirements: [one('Exists')] } }, field(all)],
    [{ fieldSelector: { requirements: [one('In', 'x'), one('Exists')] } }, field(`partially ${all}`)],
    [{ labelSelector: { rawSelector: 'a>1' } }, undefined],
    [{ labelSelector: { rawSelector: 'a in b' } }, label(all)],
    [{ labelSelector: { requirements: [one('Exists')] } }, undefined],
    [{ labelSelector: { requirements: [one('Gt', '1')] } }, label(all)],
    [
      { fieldSelector: { rawSelector: 'a' }, labelSelector: { rawSelector: 'a b' } },
      `${field(all)}; ${label(all)}`,
    ],
  ];
  it('in its status', async (t) => {
    const { api } = await clusterWith(t, undefined);
    for (const [selectors, error] of cases) {
      const resourceAttributes = { verb: 'list', resource: 'pods', ...selectors };
      const answer = await api.post(`${reviews}/subjectaccessreviews`, {
        spec: { user: 'jane', resourceAttributes },
      });
      assert.equal(expectCode(answer, 201).status.evaluationError, error, JSON.stringify(resourceAttributes));
    }
  });
});

it('a list of rights is an object of its own, with nothing of what was sent', async (t) => {
  const { api } = await clusterWith(t, undefined);
  const answer = await api.post(`${reviews}/selfsubjectrulesreviews`, {
    metadata: { name: 'x', labels: { a: 'b' } },
    spec: { namespace: 'default' },
  });
  const { metadata, spec } = expectCode(answer, 201);
  assert.deepEqual([metadata, spec], [{}, {}]);
});
