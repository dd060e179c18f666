/** The left column: whose phone is being looked at. */
import type { Person } from './api.ts';
import { personAvatar } from './avatar.ts';
import { button, h, reconcile } from './dom.ts';
import { walkWithArrows } from './popover.ts';

export type PeopleColumn = {
  readonly node: HTMLElement;
  readonly show: (people: readonly Person[], selected: string | null) => void;
};

type Row = { readonly node: HTMLButtonElement; readonly look: string };

const placeOf = (person: Person): string =>
  [person.departmentName, person.title].filter((part) => part !== null && part !== '').join(' · ');

function badge(unread: number): HTMLElement | null {
  if (unread <= 0) return null;
  return h(
    'span',
    { class: 'badge', 'aria-label': `${unread} 条未读` },
    unread > 99 ? '99+' : String(unread),
  );
}

function personRow(person: Person, select: (openId: string) => void): HTMLButtonElement {
  return button(
    {
      class: 'person',
      testId: `person-${person.openId}`,
      onClick: () => select(person.openId),
    },
    personAvatar(person.name),
    h(
      'span',
      { class: 'person-words' },
      h('span', { class: 'person-name' }, person.name),
      h('span', { class: 'person-place' }, placeOf(person)),
    ),
    badge(person.unread),
  );
}

/** The column; `chip` is put beside its title. */
export function createPeopleColumn(
  select: (openId: string) => void,
  chip: HTMLElement,
): PeopleColumn {
  const rows = new Map<string, Row>();
  const search = h('input', {
    class: 'field',
    type: 'search',
    placeholder: '搜索姓名、部门或职务',
    'aria-label': '搜索姓名、部门或职务',
  });
  const list = h('div', { class: 'people-list' });
  const nobody = h('p', { class: 'quiet people-empty' }, '没有找到');
  let shown: readonly Person[] = [];

  const filter = (): void => {
    const wanted = search.value.trim();
    const fitting = shown.filter((person) => `${person.name} ${placeOf(person)}`.includes(wanted));
    const nodes = fitting.flatMap((person) => rows.get(person.openId)?.node ?? []);
    reconcile(list, nodes.length === 0 ? [nobody] : nodes);
  };
  search.addEventListener('input', filter);
  walkWithArrows(list, '.person');

  const show = (people: readonly Person[], selected: string | null): void => {
    shown = people;
    for (const person of people) {
      const look = JSON.stringify(person);
      const known = rows.get(person.openId);
      if (known?.look !== look) {
        const focused = known !== undefined && known.node === document.activeElement;
        const node = personRow(person, select);
        known?.node.replaceWith(node);
        rows.set(person.openId, { node, look });
        if (focused) node.focus();
      }
      const row = rows.get(person.openId);
      if (person.openId === selected) row?.node.setAttribute('aria-current', 'true');
      else row?.node.removeAttribute('aria-current');
    }
    filter();
  };
  const node = h(
    'nav',
    { class: 'people', 'aria-label': '选择身份' },
    h('div', { class: 'people-head' }, h('h1', { class: 'people-title' }, '消息'), chip),
    h('p', { class: 'people-hint' }, '选择一位同事，以其身份与廉哨对话'),
    h('div', { class: 'people-search' }, search),
    list,
  );
  return { node, show };
}
