/** Switches that let the messenger misbehave, to see what the bot does. */
import { type Fault, fetchFaults, setFault } from './api.ts';
import { button, h } from './dom.ts';
import { showOutcome, showToast, start } from './toast.ts';

export type FaultPanel = {
  readonly node: HTMLElement;
  readonly refresh: () => Promise<void>;
};

const MOST = 99;

function faultRow(fault: Fault, changed: () => Promise<void>): HTMLElement {
  const times = h('input', {
    class: 'field fault-times',
    type: 'number',
    min: 0,
    max: MOST,
    'aria-label': `${fault.label}的次数`,
  });
  times.value = String(fault.times > 0 ? fault.times : 1);
  const apply = (count: number): void =>
    start(async () => {
      if (!showOutcome(await setFault(fault.kind, count))) return;
      showToast('success', count === 0 ? '已关闭' : `接下来 ${count} 次生效`);
      await changed();
    });
  const wanted = (): number => Math.min(Math.max(Math.floor(times.valueAsNumber) || 0, 0), MOST);
  const on = fault.times > 0;
  return h(
    'div',
    { class: on ? 'fault fault-on' : 'fault' },
    h(
      'span',
      { class: 'fault-words' },
      h('span', {}, fault.label),
      h('span', { class: 'quiet' }, on ? `还有 ${fault.times} 次` : '未开启'),
    ),
    times,
    button({ class: 'btn btn-default', onClick: () => apply(wanted()) }, '开启'),
    on ? button({ class: 'btn btn-danger', onClick: () => apply(0) }, '关闭') : null,
  );
}

/** The list of switches. */
export function createFaultPanel(): FaultPanel {
  const list = h('div', { class: 'faults' });
  let look = '';
  const refresh = async (): Promise<void> => {
    const { faults } = await fetchFaults();
    if (JSON.stringify(faults) === look) return;
    look = JSON.stringify(faults);
    const rows = faults.map((fault) => faultRow(fault, refresh));
    list.replaceChildren(
      h('p', { class: 'quiet' }, '让消息服务在接下来的几次请求中出现故障，检验廉哨的应对。'),
      ...rows,
    );
  };
  return { node: list, refresh };
}
