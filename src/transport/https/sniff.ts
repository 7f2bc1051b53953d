import type { Socket } from 'node:net';
import type { Clock } from '../../apimachinery/clock.ts';

/** First byte of a TLS record that carries a handshake (RFC 8446, 5.1). */
const tlsHandshakeRecord = 0x16;

/** Starts that make a first TLS "record" look like HTTP; the list of Go's `tlsRecordHeaderLooksLikeHTTP`. */
const plainHttpStarts = ['GET /', 'HEAD ', 'POST ', 'PUT /', 'OPTIO', 'DELET', 'PATCH', 'PRI *'];

const plainHttpAnswer = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/**
 * Looks at the first bytes of a connection and says once whether it is TLS, with nothing consumed then. Plain HTTP gets the
 * answer Go's server gives; everything else, and whoever stays silent for `timeoutMs`, is cut off.
 */
export function sniff(
  socket: Socket,
  clock: Clock,
  timeoutMs: number,
  settled: (isTls: boolean) => void,
): void {
  const timer = clock.setTimer(timeoutMs, () => socket.destroy());
  const settle = (isTls: boolean) => {
    timer.cancel();
    socket.off('readable', onReadable).off('close', onClose);
    settled(isTls);
  };
  const onClose = () => settle(false);
  const onReadable = () => {
    const start: Buffer | null = socket.read();
    if (start === null) return;
    const isTls = start[0] === tlsHandshakeRecord;
    if (isTls) socket.unshift(start);
    else if (plainHttpStarts.includes(start.toString('latin1', 0, 5)))
      socket.end(plainHttpAnswer, () => socket.destroy());
    else socket.destroy();
    settle(isTls);
  };
  socket.on('readable', onReadable).on('close', onClose);
}
