/** The grammar of image references, as the container registries' own library reads them. */
const domainLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const component = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const reference = new RegExp(
  `^((?:${domain}/)?${component}(?:/${component})*)(?::(\\w[\\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);
const maxNameLength = 255;

/** The tag of an image reference: `latest` without tag and digest, '' with a digest only, or when it is none at all. */
function tagOf(image: string): string {
  // No reference is longer than a name, a tag and a digest; matching stays cheap.
  if (image.length > 2 * maxNameLength + 128) return '';
  const [, name = '', tag, digest] = reference.exec(image) ?? [];
  if (name === '' || name.length > maxNameLength) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

/** Images that move are pulled every time. */
export const defaultImagePullPolicy = (image: string): 'Always' | 'IfNotPresent' =>
  tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent';
