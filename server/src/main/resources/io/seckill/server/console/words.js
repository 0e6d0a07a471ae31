// Numbers, times and outcomes as people read them.

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const TOO_LONG = 100_000_000;
const OUTCOMES = {
  ACCEPTED: 'accepted',
  REPLAYED: 'accepted before, told again',
  SOLD_OUT: 'sold out',
  TRY_AGAIN: 'try again, units on their way',
  LIMIT_REACHED: 'limit reached',
  NOT_STARTED: 'not started',
  ENDED: 'ended',
  PAUSED: 'paused',
  RATE_LIMITED: 'rate limited',
  REQUEST_ID_REUSED: 'request id reused',
  UNKNOWN_PRODUCT: 'unknown product',
  INVALID: 'bad request',
  FAILED: 'could not be served',
};

export const count = (number) => (number < TOO_LONG ? whole.format(number) : short.format(number));

export const rate = (perSecond) => {
  if (perSecond === null) return '–';
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
};

export const share = (part, all) => {
  if (all === 0) return '–';
  return part > 0 && part < all / 100 ? 'under 1 %' : `${Math.floor((100 * part) / all)} %`;
};

export const seconds = (millis) => (millis < 100_000 ? `${(millis / 1000).toFixed(1)} s` : span(millis));

// A length of time with one or two units.
export function span(millis) {
  const all = Math.max(0, Math.round(millis / 1000));
  const [days, hours, minutes] = [Math.floor(all / 86_400), Math.floor(all / 3_600) % 24, Math.floor(all / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes >= 10) return `${minutes} min`;
  return minutes > 0 ? `${minutes} min ${all % 60} s` : `${all} s`;
}

export const time = (millis) => clock.format(millis);
export const hourAndMinute = (millis) => minute.format(millis);
export const day = (millis) => moment.format(millis);
export const outcome = (name) => OUTCOMES[name] ?? name;

// How a sale stands in time, as of the server's clock.
export function standing(sale, now) {
  if (sale.closed) return `over since ${day(sale.end)}`;
  if (now < sale.start) return `starts in ${span(sale.start - now)}`;
  if (now < sale.end && sale.state !== 'ENDED') return `ends in ${span(sale.end - now)}`;
  return sale.state === 'ENDED' && now < sale.end ? 'ended by hand' : `ended ${day(sale.end)}`;
}
