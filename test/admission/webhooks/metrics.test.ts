import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, expectCode } from '../../helpers/api.ts';
import { allow, change, configMaps, deny, type Hooked, hooked, respond } from './kit.ts';

const prefix = 'apiserver_admission_';

/** Samples of the figures of webhooks by what stands before the value, without that of histograms' buckets and sums. */
async function countsOf(api: Api): Promise<Record<string, number>> {
  const { text } = await api.get('/metrics');
  const samples = text
    .split('\n')
    .filter((line: string) => line.startsWith(prefix) && !/_(bucket|sum)\{/.test(line))
    .map((line: string) => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line)!;
      return [`${name!.slice(prefix.length)} ${labels!.split(',').sort().join(' ')}`, Number(value)];
    });
  return Object.fromEntries(samples);
}

const create = ({ api }: Hooked, name: string) => api.post(configMaps, { metadata: { name } });

test('calls of webhooks are counted and timed by what came of them', async (t) => {
  const use = await hooked(t);
  await use.validating(
    'rules',
    use.hook('strict', allow()),
    use.hook('lenient', allow(), { failurePolicy: 'Ignore' }),
  );
  expectCode(await create(use, 'one'), 201);
  use.behave('strict', deny({ code: 418 }));
  expectCode(await create(use, 'two'), 418);
  use.behave('strict', () => 500);
  expectCode(await create(use, 'three'), 500);
  use.behave('strict', allow());
  use.behave('lenient', () => 404);
  expectCode(await create(use, 'four'), 201);
  const of = (name: string) => `name="${name}.example.com" operation="CREATE"`;
  const counts = await countsOf(use.api);
  const strict = Object.entries(counts).filter(([key]) => key.includes('strict'));
  assert.deepEqual(Object.fromEntries(strict), {
    [`webhook_admission_duration_seconds_count ${of('strict')} rejected="false" type="validating"`]: 2,
    [`webhook_admission_duration_seconds_count ${of('strict')} rejected="true" type="validating"`]: 2,
    [`webhook_request_total code="200" ${of('strict')} rejected="false" type="validating"`]: 2,
    [`webhook_request_total code="418" ${of('strict')} rejected="true" type="validating"`]: 1,
    [`webhook_request_total code="500" ${of('strict')} rejected="true" type="validating"`]: 1,
    [`webhook_rejection_count error_type="no_error" ${of('strict')} rejection_code="418" type="validating"`]: 1,
    [`webhook_rejection_count error_type="calling_webhook_error" ${of('strict')} rejection_code="500" type="validating"`]: 1,
  });
  assert.equal(
    counts[`webhook_request_total code="404" ${of('lenient')} rejected="false" type="validating"`],
    1,
  );
  assert.equal(counts['webhook_fail_open_count name="lenient.example.com" type="validating"'], 1);
});

test('webhooks that change objects are counted beside those that judge them', async (t) => {
  const use = await hooked(t);
  await use.mutating('changes', use.hook('patcher', change([{ op: 'remove', path: '/nothing' }])));
  await use.validating('rules', use.hook('judge', allow()));
  expectCode(await create(use, 'one'), 500);
  use.behave('patcher', respond({ allowed: true }));
  expectCode(await create(use, 'two'), 201);
  const { text } = await use.api.get('/metrics');
  assert.equal(text.match(/^# TYPE apiserver_admission_webhook_request_total counter$/gm)?.length, 1);
  const counts = await countsOf(use.api);
  const of = (name: string, code: number, rejected: boolean, type: string) =>
    counts[
      `webhook_request_total code="${code}" name="${name}.example.com" operation="CREATE" rejected="${rejected}" type="${type}"`
    ];
  assert.equal(of('patcher', 0, true, 'admit'), 1);
  assert.equal(of('patcher', 200, false, 'admit'), 1);
  assert.equal(of('judge', 200, false, 'validating'), 1);
});

test('how long a webhook took stands in the bucket of its time', async (t) => {
  const use = await hooked(t);
  await use.validating(
    'rules',
    use.hook('slow', async (review, response) => {
      await use.cluster.advance(2_000);
      return allow()(review, response) as object;
    }),
  );
  expectCode(await create(use, 'one'), 201);
  const { text } = await use.api.get('/metrics');
  const labels = 'name="slow.example.com",type="validating",operation="CREATE",rejected="false"';
  const at = (bound: string) =>
    text.match(
      new RegExp(
        `^${prefix}webhook_admission_duration_seconds_bucket\\{${labels},le="${bound}"\\} (\\d+)$`,
        'm',
      ),
    )?.[1];
  assert.deepEqual([at('1'), at('2\\.5'), at('\\+Inf')], ['0', '1', '1']);
});

test('conditions that do not hold, and those that fail, are counted', async (t) => {
  const use = await hooked(t);
  const matchConditions = [
    { name: 'no-skips', expression: '!object.metadata.name.startsWith("skip")' },
    { name: 'breaks', expression: 'object.metadata.name != "broken" || object.data.missing == ""' },
  ];
  await use.validating('rules', use.hook('choosy', allow(), { matchConditions }));
  expectCode(await create(use, 'skip-me'), 201);
  expectCode(await create(use, 'broken'), 403);
  expectCode(await create(use, 'seen'), 201);
  const counts = await countsOf(use.api);
  const labels = 'kind="webhook" name="choosy.example.com" operation="CREATE" type="validate"';
  assert.equal(counts[`match_condition_exclusions_total ${labels}`], 1);
  assert.equal(counts[`match_condition_evaluation_errors_total ${labels}`], 1);
});
