import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerContext } from '../../../src/index.ts';
import { expectCode } from '../../helpers/api.ts';
import { podsPath, type Stage, stage } from '../kit.ts';
import { boundPod } from './pods.ts';

const image = 'example/echo:1';
const services = '/api/v1/namespaces/default/services';

/** Answers what it was asked, in words. */
function echo({ listen, signal, pod }: ContainerContext): Promise<void> {
  listen(8080, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === '/missing') return new Response('not here', { status: 404 });
    if (pathname === '/broken') throw new Error('broke');
    const headers = { 'content-type': 'text/x-echo', 'x-pod': pod.name };
    const told = request.headers.get('x-word') ?? '';
    return new Response(`${request.method} ${pathname}${search} ${told}${await request.text()}`, { headers });
  });
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

const echoing = (...controllers: string[]) => stage(controllers, { nodes: 1, images: { [image]: echo } });
const port = (containerPort: number) => ({ image, ports: [{ containerPort }] });
const labelled = (name: string) => {
  const pod = boundPod(name, {}, port(8080));
  return { ...pod, metadata: { ...pod.metadata, labels: { app: 'echo' } } };
};

async function ask({ cluster }: Stage, path: string, init?: RequestInit) {
  const answer = await cluster.fetch(`https://binnacle${path}`, init);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

describe('the proxy of a pod', () => {
  it('passes on what was asked, and back what is answered', async () => {
    await using there = await echoing();
    await there.create(podsPath, boundPod('web', {}, port(8080)));
    const plain = await ask(there, `${podsPath}/web/proxy/a%2Fb/c?x=1`, { headers: { 'x-word': 'hi' } });
    assert.deepEqual([plain.status, plain.text], [200, 'GET /a/b/c?x=1 hi']);
    assert.equal(plain.headers.get('content-type'), 'text/x-echo');
    assert.equal(plain.headers.get('x-pod'), 'web');
    const escaped = await ask(there, `${podsPath}/web/proxy/x%252Fy%20z%3F(%C3%A4)?q=a%2Fb`);
    assert.equal(escaped.text, 'GET /x%252Fy%20z%3F%28%C3%A4%29?q=a%2Fb ');
    const sent = await ask(there, `${podsPath}/web:8080/proxy/in`, { method: 'POST', body: 'the body' });
    assert.deepEqual([sent.status, sent.text], [200, 'POST /in the body']);
    assert.equal((await ask(there, `${podsPath}/http:web:8080/proxy/`)).text, 'GET / ');
    assert.deepEqual((await ask(there, `${podsPath}/web/proxy/missing`)).status, 404);
  });

  it('says why nothing answers', async () => {
    await using there = await echoing();
    await there.create(podsPath, boundPod('web', {}, port(8080)));
    const { status } = await there.get(`${podsPath}/web`);
    const refused = expectCode(await there.api.get(`${podsPath}/web:81/proxy/`), 503);
    assert.equal(
      refused.message,
      `error trying to reach service: dial tcp ${status.podIP}:81: connect: connection refused`,
    );
    const broken = expectCode(await there.api.get(`${podsPath}/web/proxy/broken`), 503);
    assert.equal(broken.message, 'error trying to reach service: broke');
    const invalid = expectCode(await there.api.get(`${podsPath}/ftp:web:80/proxy/`), 400);
    assert.equal(invalid.message, 'invalid pod request "ftp:web:80"');
    await there.delete(`${podsPath}/web`);
    expectCode(await there.api.get(`${podsPath}/web/proxy/`), 404);
  });

  it('sends a browser to where relative links work', async () => {
    await using there = await echoing();
    await there.create(podsPath, boundPod('web', {}, port(8080)));
    const { status, headers } = await ask(there, `${podsPath}/web/proxy?x=1`);
    assert.deepEqual([status, headers.get('location')], [301, `${podsPath}/web/proxy/?x=1`]);
  });
});

describe('the proxy of a service', () => {
  const service = {
    metadata: { name: 'echo' },
    spec: { selector: { app: 'echo' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };

  it('reaches a pod behind it by name and number of its port', async () => {
    await using there = await echoing('endpoints-controller');
    await there.create(podsPath, labelled('web'));
    await there.create(services, service);
    for (const id of ['echo:http', 'echo:80', 'http:echo:http']) {
      assert.equal((await ask(there, `${services}/${id}/proxy/x`)).text, 'GET /x ');
    }
    const unknown = expectCode(await there.api.get(`${services}/echo:81/proxy/`), 503);
    assert.equal(unknown.message, 'no service port 81 found for service "echo"');
  });

  it('says when there is none', async () => {
    await using there = await echoing('endpoints-controller');
    await there.create(services, service);
    const none = expectCode(await there.api.get(`${services}/echo:http/proxy/`), 503);
    assert.equal(none.message, 'no endpoints available for service "echo"');
  });
});
