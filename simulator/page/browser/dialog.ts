/** Modal questions: a confirmation and the choice of a person. */
import type { Person } from './api.ts';
import { personAvatar } from './avatar.ts';
import { button, freshId, h } from './dom.ts';
import { walkWithArrows } from './popover.ts';

function openDialog(title: string, kind: string): { dialog: HTMLDialogElement } {
  const id = freshId();
  const dialog = h(
    'dialog',
    { class: `dialog ${kind}`, 'aria-labelledby': id },
    h('h2', { id, class: 'dialog-title' }, title),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.appendChild(dialog);
  return { dialog };
}

/** Asks before a click is sent; false when the person cancels. */
export function askConfirm(title: string, text: string): Promise<boolean> {
  const { dialog } = openDialog(title === '' ? '请确认' : title, 'dialog-confirm');
  const answer = (value: string): (() => void) => {
    return () => dialog.close(value);
  };
  const yes = button({ class: 'btn btn-primary_filled', onClick: answer('yes') }, '确定');
  dialog.append(
    h('p', { class: 'dialog-text' }, text),
    h(
      'div',
      { class: 'dialog-actions' },
      button({ class: 'btn btn-default', onClick: answer('') }, '取消'),
      yes,
    ),
  );
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'));
  });
}

/** Lets the user choose one of `people`; null when the choice is cancelled. */
export function choosePerson(title: string, people: readonly Person[]): Promise<Person | null> {
  const { dialog } = openDialog(title, 'dialog-people');
  let chosen: Person | null = null;
  const list = h('div', { class: 'dialog-list' });
  const show = (wanted: string): void => {
    const fitting = people.filter((person) => person.name.includes(wanted));
    list.replaceChildren(
      ...fitting.map((person) =>
        button(
          {
            class: 'dialog-person',
            onClick: () => {
              chosen = person;
              dialog.close();
            },
          },
          personAvatar(person.name, 'small'),
          h('span', {}, person.name),
          h('span', { class: 'quiet' }, person.departmentName ?? ''),
        ),
      ),
    );
    if (fitting.length === 0) list.append(h('p', { class: 'quiet' }, '没有这个名字的同事'));
  };
  const search = h('input', {
    class: 'field',
    type: 'search',
    placeholder: '搜索姓名',
    'aria-label': '搜索姓名',
  });
  search.addEventListener('input', () => show(search.value.trim()));
  walkWithArrows(dialog, '.dialog-person');
  show('');
  dialog.append(
    search,
    list,
    h(
      'div',
      { class: 'dialog-actions' },
      button({ class: 'btn btn-default', onClick: () => dialog.close() }, '取消'),
    ),
  );
  dialog.showModal();
  search.focus();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(chosen)));
}
