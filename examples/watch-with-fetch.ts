/*
 * Watching is one long answer with an event on every line. Here a ConfigMap is made, changed and deleted while somebody
 * watches, and everything goes through the cluster's own `fetch`.
 */
import { createCluster } from 'binnacle';

await using cluster = await createCluster();
const configMaps = 'https://cluster/api/v1/namespaces/default/configmaps';

async function send(method: string, url: string, body?: object): Promise<void> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = await cluster.fetch(url, {
    method,
    headers: { 'content-type': type },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

/** The lines of an answer as they arrive. */
async function* lines(answer: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + chunk).split('\n');
    rest = complete.pop()!;
    yield* complete;
  }
}

const watch = await cluster.fetch(`${configMaps}?watch=true`);
await send('POST', configMaps, { metadata: { name: 'colours' }, data: { sky: 'grey' } });
await send('PATCH', `${configMaps}/colours`, { data: { sky: 'blue' } });
await send('DELETE', `${configMaps}/colours`);

for await (const line of lines(watch)) {
  const { type, object } = JSON.parse(line);
  console.log(`${type} ${object.metadata.name}: sky is ${object.data.sky}`);
  if (type === 'DELETED') break;
}
