import { type AuditSink } from '../audit_log.js';

/** A logger of pino, or of anything with its methods. */
export interface PinoLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  flush?(done?: (error?: Error) => void): void;
}

/** A sink that logs audit events: denied ones as `warn`, the others as `info`, the event in the field `audit`. */
export function pinoSink(logger: PinoLogger): AuditSink {
  return {
    write: (event) => {
      const message = `${event.decision}: ${event.operation} ${event.target}`;
      // As methods of the logger: pino's rely on `this`.
      if (event.decision === 'denied') logger.warn({ audit: event }, message);
      else logger.info({ audit: event }, message);
    },
    flush: () =>
      new Promise((resolve, reject) => {
        if (logger.flush === undefined) {
          resolve();
          return;
        }
        logger.flush((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}
