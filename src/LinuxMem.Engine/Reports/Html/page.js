'use strict';
(() => {
  // Everything from the machines comes from this block and goes out as text: textContent and the canvas, never markup.
  const data = JSON.parse(document.getElementById('data').textContent);
  const titles = {
    machine_part: 'Where all memory is', group: 'Groups', process: 'Processes', mapping: 'Mappings', sharing: 'Who shares with whom',
    shared_memory: 'Shared memory objects', shm: 'SysV segments', cgroup: 'Control groups', tmpfs: 'tmpfs mounts', oracle: 'Oracle instances',
    postgres: 'PostgreSQL clusters', hugepages: 'Huge pages',
  };
  const html = document.documentElement;
  const narrow = () => window.innerWidth < 640;
  const tables = new Map();
  for (const table of data.tables) {
    const rows = table.rows.map(values => Object.fromEntries(table.columns.map((column, i) => [column.key, values[i]])));
    tables.set(table.thing, { ...table, rows });
  }
  const rowsOf = thing => tables.get(thing)?.rows ?? [];
  const nameOf = row => row.computer_name ?? 'this machine';
  const machines = [...new Set(data.tables.flatMap(table => tables.get(table.thing).rows.map(nameOf)))].sort();
  const state = { machine: machines[0], split: null, open: null, by: 'processes', theme: 'auto' };
  const charts = [];

  // ---- text ----
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  function size(bytes, digits = 2) {
    if (bytes === null || bytes === undefined) { return ''; }
    if (bytes === 0) { return digits === 2 ? '-' : '0'; }
    let value = bytes, unit = 0;
    while (Math.abs(Number(value.toFixed(digits))) >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
    return unit === 0 ? `${value.toFixed(0)} B` : `${value.toFixed(digits)} ${units[unit]}`;
  }
  const count = number => number.toLocaleString('en-US');
  const named = (number, one, many = `${one}s`) => number === 1 ? one : many;
  const counted = (number, one) => `${count(number)} ${named(number, one)}`;
  const short = (text, most) => { const all = [...String(text)]; return all.length > most ? all.slice(0, most - 1).join('') + '…' : String(text); };
  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(props ?? {})) {
      if (key === 'class') { node.className = value; }
      else if (key.startsWith('on')) { node.addEventListener(key.slice(2), value); }
      else if (value === true) { node.setAttribute(key, ''); }
      else if (value !== false && value !== null && value !== undefined) { node.setAttribute(key, value); }
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined).map(child => typeof child === 'object' ? child : document.createTextNode(String(child))));
    return node;
  }

  // ---- what is chosen ----
  const ofMachine = thing => rowsOf(thing).filter(row => nameOf(row) === state.machine);
  function latest(thing) {
    const rows = ofMachine(thing);
    const last = rows.reduce((most, row) => (row.time ?? '') > most ? row.time : most, '');
    return rows.filter(row => (row.time ?? '') === last);
  }
  const splitOf = row => `${row.report ?? 1} ${row.split ?? ''}`;
  const splits = () => [...new Map(ofMachine('group').map(row => [splitOf(row), row.split ?? 'Groups'])).entries()];
  const groups = () => latest('group').filter(row => splitOf(row) === state.split).sort((a, b) => (b.mem_held ?? 0) - (a.mem_held ?? 0));

  // ---- charts ----
  const css = name => getComputedStyle(html).getPropertyValue(name).trim();
  const palette = () => ['#4477aa', '#66a5cc', '#228833', '#b59a2b', '#cc6677', '#aa3377', '#7b7fbf', '#44aa99', '#999933', '#997700', '#5f6b7a', '#cc8844', '#7a9e4a', '#8a6fb0'];
  function chart(holder, height, label, option, click) {
    const box = el('div', { class: 'chart', role: 'img', 'aria-label': label });
    box.style.height = `${height}px`;
    holder.append(box);
    const one = echarts.init(box, null, { renderer: 'canvas' });
    const redraw = () => one.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: css('--ink') },
      ...option(),
    }, true);
    redraw();
    if (click) { one.on('click', click); }
    charts.push({ one, redraw, box });
    return { one, box, redraw };
  }
  // Drawn on the canvas: a tooltip of HTML would be markup made of names.
  const tooltip = more => ({
    renderMode: 'richText', confine: true, backgroundColor: css('--card'), borderColor: css('--line'), borderWidth: 1, padding: [8, 12],
    textStyle: { color: css('--ink'), fontSize: 12, lineHeight: 18 }, ...more,
  });
  // Steps of a power of two: 256, 512 MiB and 1 GiB are read more easily than 477 MiB.
  function steps(most) {
    const wanted = Math.max(1, most) / (narrow() ? 2 : 5);
    const step = 2 ** Math.ceil(Math.log2(wanted));
    return { min: 0, max: step * Math.max(1, Math.ceil(most / step)), interval: step };
  }
  const valueAxis = more => ({
    type: 'value', axisLabel: { color: css('--soft'), formatter: value => size(value, Number.isInteger(value / 1024 ** Math.floor(Math.log(Math.max(1, value)) / Math.log(1024) + 1e-9)) ? 0 : 1), hideOverlap: true },
    splitLine: { lineStyle: { color: css('--line') } }, ...more,
  });
  const nameAxis = (names, more) => ({
    type: 'category', data: names, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: css('--line') } },
    axisLabel: { color: css('--ink'), width: narrow() ? 96 : 210, overflow: 'truncate', interval: 0, fontSize: narrow() ? 11 : 12 }, ...more,
  });
  const legend = more => ({ textStyle: { color: css('--ink') }, inactiveColor: css('--soft'), top: 0, left: 0, itemGap: 16, icon: 'roundRect', itemWidth: 14, itemHeight: 10, ...more });
  const grid = more => ({ left: narrow() ? 104 : 222, right: narrow() ? 70 : 100, top: 8, bottom: 26, ...more });
  // Hatching, so that nothing is told by colour alone.
  const hatch = i => [null, { symbol: 'line', rotation: Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [1, 5] }, { symbol: 'rect', symbolSize: .6, dashArrayX: [1, 0], dashArrayY: [4, 4] }, { symbol: 'circle', symbolSize: .5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 0] }, { symbol: 'line', rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [1, 5] }, { symbol: 'line', dashArrayX: [1, 0], dashArrayY: [1, 6] }][i % 6];
  const decal = i => hatch(i) && { color: 'rgba(255,255,255,.28)', ...hatch(i) };

  // ---- tables ----
  function cell(column, value) {
    if (value === null || value === undefined) { return el('td', { class: 'none' }, ''); }
    if (column.kind === 'Size' && typeof value === 'number') { return el('td', { class: 'number', title: `${count(value)} bytes` }, size(value)); }
    if (typeof value === 'number') { return el('td', { class: 'number' }, column.kind === 'Percent' || column.key.endsWith('percent') ? value.toFixed(2) : String(value)); }
    return el('td', { class: 'text', title: String(value) }, String(value));
  }
  const isNumber = column => ['Size', 'Number', 'Percent'].includes(column.kind);
  function compare(a, b) {
    if (a === null || a === undefined) { return b === null || b === undefined ? 0 : 1; }
    if (b === null || b === undefined) { return -1; }
    return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  }
  function table(thing, rows, more = {}) {
    const described = more.columns ?? tables.get(thing).columns.filter(column => column.shown);
    const columns = described.filter(column => rows.some(row => row[column.key] !== null && row[column.key] !== undefined));
    let order = null, direction = 1, wanted = '', most = 50;
    const body = el('tbody'), told = el('span', { class: 'count', role: 'status' }), all = el('button', { type: 'button', onclick: () => { most = Infinity; fill(); } });
    const head = columns.map(column => {
      const button = el('button', { type: 'button', title: column.help ?? column.key, onclick: () => {
        direction = order === column ? -direction : isNumber(column) ? -1 : 1;
        order = column;
        fill();
      } }, column.label ?? column.key);
      const th = el('th', { scope: 'col', 'aria-sort': 'none', class: isNumber(column) ? 'number' : '' }, button);
      return { column, th, button };
    });
    const chosen = () => {
      let found = wanted ? rows.filter(row => columns.some(column => String(row[column.key] ?? '').toLowerCase().includes(wanted))) : rows;
      if (order) {
        found = [...found].sort((a, b) => {
          const [x, y] = [a[order.key], b[order.key]];
          const none = (x === null || x === undefined) || (y === null || y === undefined);
          return none ? compare(x, y) : direction * compare(x, y);
        });
      }
      return found;
    };
    function fill() {
      const found = chosen();
      for (const one of head) {
        one.th.setAttribute('aria-sort', order !== one.column ? 'none' : direction > 0 ? 'ascending' : 'descending');
        one.button.textContent = (one.column.label ?? one.column.key) + (order !== one.column ? '' : direction > 0 ? ' ▲' : ' ▼');
      }
      body.replaceChildren(...found.slice(0, most).map(row => {
        const tr = el('tr', null, columns.map(column => cell(column, row[column.key])));
        if (more.row) { more.row(tr, row); }
        return tr;
      }));
      all.hidden = found.length <= most;
      all.textContent = `Show all ${count(found.length)}`;
      told.textContent = `${count(Math.min(most, found.length))} of ${count(rows.length)} rows`;
    }
    const copied = el('button', { type: 'button', onclick: async () => {
      const text = [columns.map(column => column.key), ...chosen().map(row => columns.map(column => row[column.key] ?? ''))].map(line => line.map(value => String(value).replace(/[\t\n\r]/g, ' ')).join('\t')).join('\n');
      copied.textContent = await copy(text) ? 'Copied' : 'Not copied';
      setTimeout(() => { copied.textContent = 'Copy'; }, 2000);
    } }, 'Copy');
    const search = el('input', { type: 'search', placeholder: 'Find in these rows', 'aria-label': `Find in ${more.title ?? titles[thing] ?? thing}`, oninput: () => { wanted = search.value.toLowerCase(); fill(); } });
    fill();
    return el('div', null,
      el('div', { class: 'tools' }, rows.length > 8 ? search : null, copied, all, told),
      el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': more.title ?? titles[thing] ?? thing }, el('table', null, el('thead', null, el('tr', null, head.map(one => one.th))), body)));
  }
  async function copy(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* A file has no clipboard of its own in every browser. */ }
    const area = el('textarea', { class: 'quiet' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
  // Made when it is opened: thousands of rows nobody looks at cost nothing.
  function folded(summary, make, isOpen = false) {
    const details = el('details', null, el('summary', null, summary));
    const fill = () => { if (details.childElementCount === 1) { details.append(make()); } };
    details.addEventListener('toggle', () => { if (details.open) { fill(); } });
    details.fill = fill;
    if (isOpen) { fill(); details.open = true; }
    return details;
  }
  function left(thing, holder) {
    const told = tables.get(thing);
    for (const one of (told?.left ?? []).filter(one => (one.machine ?? 'this machine') === state.machine)) {
      holder.append(el('p', { class: 'note' }, `${count(one.count)} smaller rows are not in this report: together ${size(one.sum)} (${told.leftColumn}).`));
    }
  }
  function section(id, title, lead, ...content) {
    const one = el('section', { id, 'aria-labelledby': `${id}-h` }, el('h2', { id: `${id}-h` }, title), lead ? el('p', { class: 'lead' }, lead) : null);
    document.getElementById('main').append(one);
    one.append(...content.filter(Boolean));
    return one;
  }

  // ---- the parts of the report ----
  function cards() {
    const parts = latest('machine_part'), all = latest('group');
    const total = parts.reduce((sum, row) => sum + (row.bytes ?? 0), 0);
    const own = groups();
    const processes = own.reduce((sum, row) => sum + (row.is_total ? 0 : row.procs ?? 0), 0) || latest('process').length;
    const card = (value, what) => el('div', { class: 'card' }, el('div', { class: 'value' }, value), el('div', { class: 'what' }, what));
    const held = parts.reduce((sum, row) => sum + (row.in_groups ?? 0), 0);
    const free = parts.find(row => row.part === 'free')?.bytes;
    document.getElementById('main').append(el('div', { class: 'cards' },
      total ? card(size(total), 'memory of the machine') : null,
      held ? card(size(held), `held by processes${total ? `, ${(100 * held / total).toFixed(0)}\u00a0%` : ''}`) : null,
      free !== undefined ? card(size(free), 'free') : null,
      all.length ? card(size(own.reduce((sum, row) => sum + (row.swap_rss ?? 0), 0)), 'of processes swapped out') : null,
      own.length ? card(count(own.length), named(own.length, 'group')) : null,
      processes ? card(count(processes), named(processes, 'process', 'processes')) : null));
  }
  function machine() {
    const rows = latest('machine_part');
    if (!rows.length) { return; }
    const total = rows.reduce((sum, row) => sum + (row.bytes ?? 0), 0);
    const sorted = rows.filter(row => row.bytes > 0).sort((a, b) => b.bytes - a.bytes);
    const one = section('machine-parts', titles.machine_part, `The parts add up to ${size(total)}, each page once.`);
    chart(one, narrow() ? 92 : 84, `Parts of memory, largest first: ${sorted.slice(0, 6).map(row => `${row.part} ${size(row.bytes)}`).join(', ')}`, () => ({
      tooltip: tooltip({ formatter: item => `${item.seriesName}\n${size(item.value)}, ${(100 * item.value / total).toFixed(1)} %` }),
      grid: { left: 0, right: 0, top: 6, bottom: 6 },
      xAxis: { type: 'value', max: total, show: false }, yAxis: { type: 'category', data: [''], show: false },
      series: sorted.map((row, i) => ({
        type: 'bar', stack: 'all', name: row.part, data: [row.bytes], barWidth: narrow() ? 56 : 60, itemStyle: { color: palette()[i % 14], borderColor: css('--card'), borderWidth: 1, decal: decal(i) },
        label: { show: row.bytes / total > (narrow() ? .22 : .085), color: '#fff', textBorderColor: 'rgba(0,0,0,.45)', textBorderWidth: 2, fontSize: 12, lineHeight: 16, overflow: 'truncate', width: Math.max(60, row.bytes / total * (Math.min(window.innerWidth, 1240) - 100) - 14), formatter: () => `${row.part}\n${size(row.bytes)}` },
      })),
    }));
    const columns = tables.get('machine_part').columns.filter(column => ['part', 'bytes', 'percent', 'in_groups', 'in_free', 'see'].includes(column.key));
    one.append(table('machine_part', [...sorted, ...rows.filter(row => !(row.bytes > 0))], { columns: columns.map(column => column.key === 'percent' ? { ...column, label: '%' } : column), title: titles.machine_part, row: (tr, row) => {
      const meter = el('span', { class: 'meter' });
      meter.style.width = `${Math.round(110 * (row.bytes ?? 0) / (sorted[0]?.bytes || 1))}px`;
      const swatch = el('td', { 'aria-hidden': 'true' }, meter);
      meter.style.background = palette()[Math.max(0, sorted.indexOf(row)) % 14];
      tr.firstElementChild.after(swatch);
    } }));
    one.querySelector('thead th').after(el('th'));
  }
  function pidsOf(group) { return new Set(String(group.process_ids ?? '').split(' ').filter(Boolean).map(Number)); }
  function inside(group) {
    const pids = pidsOf(group);
    const processes = pids.size ? latest('process').filter(row => pids.has(row.pid)) : [];
    const mappings = latest('mapping').filter(row => row.group_name === group.group_name && (row.split ?? '') === (group.split ?? ''));
    return { processes, mappings };
  }
  function tiles() {
    const top = (rows, value, name, most, rest) => {
      const sorted = rows.filter(row => value(row) > 0).sort((a, b) => value(b) - value(a));
      const shown = sorted.slice(0, most).map(row => ({ name: name(row), value: value(row), row }));
      const more = sorted.slice(most);
      return more.length ? [...shown, { name: `(${count(more.length)} more)`, value: more.reduce((sum, row) => sum + value(row), 0), row: null, rest }] : shown;
    };
    const group = state.open === null ? null : groups().find(row => row.group_name === state.open);
    if (!group) { return top(groups(), row => row.mem_held ?? 0, row => row.group_name, narrow() ? 25 : 60, 'groups'); }
    const { processes, mappings } = inside(group);
    return state.by === 'mappings' && mappings.length || !processes.length
      ? top(mappings, row => row.mem_held ?? 0, row => row.mapping, narrow() ? 20 : 50, 'mappings')
      : top(processes, row => row.mem_pss ?? row.mem_held ?? 0, row => `${row.comm} ${row.pid}`, narrow() ? 20 : 60, 'processes');
  }
  function treemap() {
    if (!groups().length) { return; }
    const one = section('groups', 'What groups hold', 'Each tile is a group; its area is all memory that the group holds. Groups share pages, and what is shared is in each of them. Open a group to see its processes (by their share, which adds up) or what they map.');
    const bar = el('div', { class: 'bar' }), detail = el('div');
    one.append(bar);
    const map = chart(one, narrow() ? 340 : 460, 'Groups by the memory that they hold; the table below has the same figures', () => ({
      tooltip: tooltip({ formatter: item => {
        const row = item.data.row;
        if (!row) { return `${item.name}\n${size(item.value)} in sum`; }
        return [short(item.name, 70), ['mem_held', 'mem_freed', 'mem_pss', 'swap_rss'].filter(key => typeof row[key] === 'number').map(key => `${key.padEnd(10)} ${size(row[key])}`).join('\n'), row.procs !== null && row.procs !== undefined ? `${row.procs} processes` : '', state.open === null ? 'Click opens it.' : ''].filter(Boolean).join('\n');
      } }),
      series: [{
        type: 'treemap', data: tiles().map((tile, i) => ({ ...tile, itemStyle: { color: tile.row ? palette()[i % 14] : css('--soft') } })), roam: false, nodeClick: false, breadcrumb: { show: false },
        left: 0, right: 0, top: 0, bottom: 0, itemStyle: { borderColor: css('--card'), borderWidth: 1, gapWidth: 2 },
        label: { show: true, position: 'insideTopLeft', color: '#fff', textBorderColor: 'rgba(0,0,0,.4)', textBorderWidth: 2, fontSize: 12, lineHeight: 16, overflow: 'truncate', ellipsis: '…', formatter: item => `${short(item.name, 60)}\n${size(item.value, item.value < 1024 ** 3 ? 0 : 1)}` },
        emphasis: { itemStyle: { borderColor: css('--ink') } }, labelLayout: tile => tile.rect.width < 62 || tile.rect.height < 20 ? { fontSize: 0 } : {},
      }],
    }), item => { if (state.open === null && item.data.row) { open(item.data.row.group_name); } });
    const caption = el('p', { class: 'caption' });
    one.append(caption, detail);
    function show() {
      const group = state.open === null ? null : groups().find(row => row.group_name === state.open);
      const found = group ? inside(group) : null;
      if (found && !found.processes.length) { state.by = 'mappings'; }
      const choice = el('select', { 'aria-label': 'Open a group', onchange: () => open(choice.value === '' ? null : JSON.parse(choice.value)) },
        el('option', { value: '' }, 'Open a group …'), groups().map(row => el('option', { value: JSON.stringify(row.group_name), selected: row.group_name === state.open }, `${short(row.group_name, 50)}, ${size(row.mem_held)}`)));
      const by = (name, label) => found && found[name].length ? el('button', { type: 'button', 'aria-pressed': String(state.by === name), onclick: () => { state.by = name; show(); } }, `${label} (${count(found[name].length)})`) : null;
      bar.replaceChildren(...[
        el('span', { class: 'crumbs' }, group ? [el('button', { type: 'button', id: 'all-groups', onclick: () => open(null) }, '← All groups'), el('strong', null, short(group.group_name, 60)), el('span', null, size(group.mem_held))] : el('strong', null, counted(groups().length, 'group'))),
        choice, by('processes', 'Processes'), by('mappings', 'Mappings')].filter(Boolean));
      caption.textContent = !group ? 'Choose a group here, in the tiles, or in the table; Escape goes back.'
        : state.by === 'mappings' ? 'What its processes map, by name, each page once for each name.' : 'Its processes, by their share of memory (mem_pss).';
      map.redraw();
      detail.replaceChildren();
      if (group) {
        if (found.processes.length) { detail.append(el('h3', null, `Processes of ${short(group.group_name, 60)}`), table('process', found.processes, { title: 'Processes of the group' })); }
        if (found.mappings.length) { detail.append(el('h3', null, `What they map`), table('mapping', found.mappings, { title: 'Mappings of the group' })); }
      }
    }
    function open(name) {
      state.open = name;
      show();
      if (name === null) { bar.querySelector('select').focus(); } else { document.getElementById('all-groups').focus(); }
    }
    one.addEventListener('keydown', event => { if (event.key === 'Escape' && state.open !== null) { open(null); } });
    show();
    left('group', one);
    one.append(folded(`All ${counted(groups().length, 'group')}, as a table`, () => table('group', groups(), { title: 'Groups', row: (tr, row) => {
      tr.firstElementChild.append(' ', el('button', { type: 'button', class: 'open', 'aria-label': `Open ${row.group_name}`, onclick: () => { open(row.group_name); one.scrollIntoView(); } }, 'open'));
    } }), true));
    one.className = 'long';
  }
  function bars() {
    const rows = groups().slice(0, narrow() ? 12 : 20);
    if (!rows.length) { return; }
    const one = section('held', 'Held, freed, swapped out', `The ${rows.length === groups().length ? '' : `${rows.length} largest of ${count(groups().length)} `}groups: all they hold, what would come back if they ended in good order, and what they have in swap.`);
    const series = [['held', 'mem_held', '--held', 0], ['freed', 'mem_freed', '--freed', 1], ['swap', 'swap_held', '--swap', 2]];
    const value = (row, key) => row[key] ?? (key === 'swap_held' ? row.swap_rss : null);
    chart(one, rows.length * 42 + 70, `Held and freed of groups: ${rows.slice(0, 5).map(row => `${row.group_name} ${size(row.mem_held)} and ${size(row.mem_freed)}`).join(', ')}`, () => ({
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: items => [short(rows[items[0].dataIndex].group_name, 60), ...items.map(item => `${item.seriesName}: ${size(item.value) || 'not known'}`)].join('\n') }),
      legend: legend(), grid: grid({ top: 34 }), xAxis: valueAxis(steps(Math.max(...rows.flatMap(row => series.map(([, key]) => value(row, key) ?? 0))))), yAxis: nameAxis(rows.map(row => row.group_name)),
      series: series.filter(([, key]) => rows.some(row => value(row, key) > 0)).map(([name, key, color, i]) => ({
        type: 'bar', name, barGap: '10%', barCategoryGap: '30%', data: rows.map(row => value(row, key)), itemStyle: { color: css(color), decal: decal(i), borderRadius: [0, 2, 2, 0] },
        label: { show: true, position: 'right', color: css('--soft'), fontSize: 11, formatter: item => item.value > 0 ? size(item.value, 1) : '' },
      })),
    }));
  }
  function sharing() {
    const all = latest('sharing').filter(row => splitOf(row) === state.split);
    const pairs = all.filter(row => !row.with_anyone && row.shared_held > 0);
    if (!all.length) { return; }
    const one = section('sharing', titles.sharing, 'Memory that two groups both hold. It comes back only when both have ended.');
    const most = narrow() ? 7 : 16;
    const weight = new Map();
    for (const row of pairs) { for (const name of [row.group_name, row.other_name]) { weight.set(name, Math.max(weight.get(name) ?? 0, row.shared_held)); } }
    const names = [...weight.entries()].sort((a, b) => b[1] - a[1]).slice(0, most).map(([name]) => name);
    if (names.length > 1) {
      const at = new Map(names.map((name, i) => [name, i]));
      const cells = pairs.filter(row => at.has(row.group_name) && at.has(row.other_name)).flatMap(row => [[at.get(row.group_name), at.get(row.other_name), row.shared_held], [at.get(row.other_name), at.get(row.group_name), row.shared_held]]);
      const largest = Math.max(...cells.map(item => item[2])), least = Math.min(...cells.map(item => item[2]));
      chart(one, names.length * (narrow() ? 38 : 34) + 110, `What groups share; most: ${pairs.slice(0, 4).map(row => `${row.group_name} and ${row.other_name} ${size(row.shared_held)}`).join(', ')}`, () => ({
        tooltip: tooltip({ formatter: item => `${short(names[item.value[1]], 50)}\n${short(names[item.value[0]], 50)}\n${size(item.value[2])}` }),
        grid: { left: narrow() ? 92 : 170, right: 10, top: 8, bottom: 92 },
        xAxis: { type: 'category', data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: css('--line') } }, axisLabel: { color: css('--ink'), rotate: 40, interval: 0, width: 110, overflow: 'truncate', fontSize: 11 } },
        yAxis: nameAxis(names, { axisLabel: { color: css('--ink'), width: narrow() ? 84 : 158, overflow: 'truncate', interval: 0, fontSize: 11 } }),
        visualMap: { show: false, min: Math.log2(least) - 1, max: Math.log2(largest) + .01, dimension: 3, inRange: { color: html.dataset.dark === 'true' ? ['#1e2c3d', '#2f5f94', '#7db4f0'] : ['#eaf2fb', '#8fbbe8', '#1f5fae'] } },
        series: [{
          type: 'heatmap', data: cells.map(item => [...item, Math.log2(item[2])]), itemStyle: { borderColor: css('--card'), borderWidth: 2 },
          label: { show: true, fontSize: narrow() ? 9 : 10, color: '#fff', textBorderColor: 'rgba(0,0,0,.55)', textBorderWidth: 2, formatter: item => size(item.value[2], 0).replace('iB', '').replace(' ', narrow() ? '' : ' ') },
        }],
      }));
      one.append(el('p', { class: 'caption' }, `${names.length < weight.size ? `The ${names.length} groups that share most of ${count(weight.size)}. ` : ''}K, M and G are KiB, MiB and GiB; the shade goes by powers of two.`));
    }
    else { one.append(el('p', null, 'No two of the groups share anything.')); }
    left('sharing', one);
    one.append(folded(`All ${counted(all.length, 'line')}, as a table`, () => table('sharing', all)));
  }
  function shared() {
    const rows = latest('shared_memory').filter(row => (row.rss ?? 0) + (row.swap ?? 0) > 0).sort((a, b) => (b.rss ?? 0) - (a.rss ?? 0));
    if (!latest('shared_memory').length) { return; }
    const one = section('shared-memory', titles.shared_memory, 'Inodes whose pages are memory: SysV segments, files of tmpfs mounts, memfds, shared anonymous memory, huge pages. Without holders, memory is there that no process has.');
    const top = rows.slice(0, 15);
    if (top.length) {
      const name = row => `${row.kind} ${row.name ?? ''}`;
      chart(one, top.length * 28 + 66, `The largest: ${top.slice(0, 5).map(row => `${name(row)} ${size(row.rss)}`).join(', ')}`, () => ({
        tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: items => { const row = top[items[0].dataIndex]; return `${short(name(row), 60)}\nin memory ${size(row.rss)}\nin swap ${size(row.swap) || 'not known'}\n${row.holders ?? '?'} holders`; } }),
        legend: legend(), grid: grid({ top: 34 }), xAxis: valueAxis(steps(Math.max(...top.map(row => (row.rss ?? 0) + (row.swap ?? 0))))), yAxis: nameAxis(top.map(name)),
        series: [['in memory', 'rss', '--held', 0], ['swapped out', 'swap', '--swap', 2]].filter(([, key]) => top.some(row => row[key] > 0)).map(([label, key, color, i]) => ({
          type: 'bar', stack: 'all', name: label, data: top.map(row => row[key]), barWidth: 16, itemStyle: { color: css(color), decal: decal(i) },
          label: { show: key === 'rss', position: 'right', color: css('--soft'), fontSize: 11, formatter: item => `${size(item.value, 1)}${top[item.dataIndex].holders === 0 ? ', no holder' : ''}` },
        })),
      }));
    }
    left('shared_memory', one);
    one.append(folded(`All ${counted(latest('shared_memory').length, 'object')}, as a table`, () => table('shared_memory', latest('shared_memory'))));
  }
  function cgroups() {
    const rows = latest('cgroup');
    if (!rows.length) { return; }
    const one = section('cgroups', 'Control groups against their limits', 'What the kernel has charged to a control group, and the limit that binds it. The cache of files is charged, too, and is given up before anything is killed.');
    const limited = rows.filter(row => row.limit > 0).sort((a, b) => (b.limit_percent ?? 0) - (a.limit_percent ?? 0));
    const top = (limited.length ? limited : rows.filter(row => (row.current ?? row.mem_held) > 0)).slice(0, narrow() ? 10 : 15);
    if (top.length) {
      chart(one, top.length * 30 + 40, limited.length ? `Nearest to their limits: ${top.slice(0, 5).map(row => `${row.name} ${row.limit_percent} %`).join(', ')}` : `Charged: ${top.slice(0, 5).map(row => `${row.name} ${size(row.current)}`).join(', ')}`, () => ({
        tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: items => { const row = top[items[0].dataIndex]; return `${short(row.path, 70)}\ncharged ${size(row.current) || 'not known'}${row.limit ? ` of ${size(row.limit)}` : ', no limit'}\nheld by its processes ${size(row.mem_held) || 'not known'}\nmostly ${row.mostly ?? '?'}`; } }),
        grid: grid({ right: narrow() ? 80 : 170 }), yAxis: nameAxis(top.map(row => row.name)),
        xAxis: limited.length ? { type: 'value', max: 100, interval: narrow() ? 50 : 20, axisLabel: { color: css('--soft'), formatter: '{value} %' }, splitLine: { lineStyle: { color: css('--line') } } } : valueAxis(steps(Math.max(...top.map(row => row.current ?? row.mem_held ?? 0)))),
        series: [{
          type: 'bar', barWidth: 16, data: top.map(row => ({ value: limited.length ? row.limit_percent : row.current ?? row.mem_held, itemStyle: { color: !limited.length || row.limit_percent < 80 ? css('--held') : row.limit_percent < 95 ? css('--warn') : css('--bad'), decal: decal(!limited.length || row.limit_percent < 80 ? 0 : row.limit_percent < 95 ? 1 : 2) } })),
          showBackground: limited.length > 0, backgroundStyle: { color: css('--faint') },
          label: { show: true, position: limited.length ? 'right' : 'right', color: css('--soft'), fontSize: 11, formatter: item => { const row = top[item.dataIndex]; return limited.length ? `${row.limit_percent.toFixed(0)} %${narrow() ? '' : ` of ${size(row.limit, 1)}`}` : size(row.current ?? row.mem_held, 1); } },
        }],
      }));
    }
    if (!limited.length) { one.append(el('p', { class: 'caption' }, 'None of them has a limit.')); }
    left('cgroup', one);
    one.append(folded(`All ${counted(rows.length, 'control group')}, as a table`, () => table('cgroup', rows)));
  }
  function growth() {
    const rows = ofMachine('group').filter(row => splitOf(row) === state.split && row.time);
    const times = [...new Set(rows.map(row => row.time))].sort();
    if (times.length < 2) { return; }
    const key = row => JSON.stringify([row.key, row.key === null || row.key === undefined ? row.group_name : null, row.is_total]);
    const byKey = Map.groupBy ? Map.groupBy(rows, key) : rows.reduce((map, row) => map.set(key(row), [...(map.get(key(row)) ?? []), row]), new Map());
    const hours = (new Date(times.at(-1)) - new Date(times[0])) / 3600000;
    const changes = [...byKey.values()].map(list => {
      const first = list.find(row => row.time === times[0]), last = list.find(row => row.time === times.at(-1));
      const grown = (last?.mem_held ?? 0) - (first?.mem_held ?? 0);
      return { name: (last ?? list.at(-1)).group_name, before: first?.mem_held ?? null, after: last?.mem_held ?? null, grown, per_hour: hours > 0 ? grown / hours : null, note: !first ? 'new' : !last ? 'gone' : '', list };
    }).sort((a, b) => Math.abs(b.grown) - Math.abs(a.grown));
    const one = section('growth', 'What grew', `${times.length} samples from ${moment(times[0])} to ${moment(times.at(-1))}. The groups that changed most.`);
    const top = changes.slice(0, narrow() ? 6 : 10);
    chart(one, narrow() ? 330 : 380, `Memory held through time; changed most: ${top.slice(0, 4).map(change => `${change.name} by ${size(change.grown)}`).join(', ')}`, () => ({
      color: palette(), tooltip: tooltip({ trigger: 'axis', formatter: items => [moment(items[0].value[0]), ...items.map(item => `${short(item.seriesName, 40)}: ${size(item.value[1])}`)].join('\n') }),
      legend: legend({ type: 'scroll', formatter: name => short(name, narrow() ? 16 : 30) }), grid: { left: 78, right: 20, top: 40, bottom: 30 },
      xAxis: { type: 'time', axisLabel: { color: css('--soft'), hideOverlap: true }, axisLine: { lineStyle: { color: css('--line') } } }, yAxis: valueAxis(steps(Math.max(...top.flatMap(change => change.list.map(row => row.mem_held ?? 0))))),
      series: top.map((change, i) => ({ type: 'line', name: change.name, symbol: ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'][i % 8], symbolSize: 7, lineStyle: { width: 2, type: i < 8 ? 'solid' : 'dashed' }, data: change.list.map(row => [row.time, row.mem_held]).sort((a, b) => a[0] < b[0] ? -1 : 1) })),
    }));
    const column = (name, kind) => ({ key: name, kind, label: name.replace('_', ' ') });
    one.append(table('growth', changes, { title: 'What grew', columns: [column('name', 'Text'), column('before', 'Size'), column('after', 'Size'), column('grown', 'Size'), column('per_hour', 'Size'), column('note', 'Text')] }));
  }
  function others() {
    const done = new Set(['machine_part', 'group', 'sharing', 'shared_memory', 'cgroup']);
    for (const thing of [...tables.keys()].filter(name => !done.has(name))) {
      const rows = latest(thing);
      if (!rows.length) { continue; }
      const title = titles[thing] ?? thing.replaceAll('_', ' ').replace(/^./, letter => letter.toUpperCase());
      const one = section(`table-${thing}`, title, null);
      left(thing, one);
      one.append(folded(`${counted(rows.length, 'row')}, as a table`, () => table(thing, rows, { title })));
    }
  }
  const moment = text => new Date(text).toLocaleString('en-GB', { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });

  // ---- the whole ----
  function dark() {
    const isDark = state.theme === 'dark' || (state.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    html.dataset.theme = state.theme;
    html.dataset.dark = String(isDark);
    document.getElementById('theme').textContent = `Theme: ${state.theme}`;
  }
  function build() {
    charts.splice(0).forEach(item => item.one.dispose());
    document.getElementById('main').replaceChildren();
    const found = splits();
    if (!found.some(([key]) => key === state.split)) { state.split = found[0]?.[0] ?? null; }
    const time = [...tables.keys()].flatMap(thing => latest(thing)).map(row => row.time).filter(Boolean).sort().at(-1);
    document.getElementById('title').textContent = state.machine;
    document.getElementById('subtitle').textContent = time ? `As it was on ${moment(time)}` : '';
    document.title = `LinuxMem: ${short(state.machine, 80)}`;
    const chooser = document.getElementById('split');
    chooser.replaceChildren(...found.map(([key, title]) => el('option', { value: key, selected: key === state.split }, short(title, 60))));
    document.getElementById('split-label').hidden = found.length < 2;
    for (const note of data.notes) { document.getElementById('main').append(el('p', { class: 'note' }, note)); }
    cards(); machine(); treemap(); bars(); growth(); sharing(); shared(); cgroups(); others();
    document.getElementById('toc').replaceChildren(...[...document.querySelectorAll('main > section')].map(one => el('a', { href: `#${one.id}` }, one.querySelector('h2').textContent)));
  }
  const redraw = () => charts.forEach(item => item.redraw());
  const chooser = document.getElementById('machine');
  chooser.replaceChildren(...machines.map(name => el('option', { value: name }, short(name, 60))));
  document.getElementById('machine-label').hidden = machines.length < 2;
  chooser.addEventListener('change', () => { state.machine = chooser.value; state.open = null; build(); });
  document.getElementById('split').addEventListener('change', event => { state.split = event.target.value; state.open = null; build(); });
  document.getElementById('theme').addEventListener('click', () => { state.theme = { auto: 'light', light: 'dark', dark: 'auto' }[state.theme]; dark(); redraw(); });
  document.getElementById('print').addEventListener('click', () => window.print());
  document.getElementById('made').textContent = `Made by LinuxMem ${data.version} on ${moment(data.made)}. Sizes are binary: 1 KiB is 1,024 bytes. This file loads nothing and sends nothing; command lines and values of environments are not in it.`;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { dark(); redraw(); });
  let waiting = 0, width = window.innerWidth;
  window.addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (window.innerWidth !== width) { width = window.innerWidth; charts.forEach(item => { item.one.resize(); item.redraw(); }); } }, 120);
  });
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = { theme: state.theme, closed: [...document.querySelectorAll('main details:not([open])')] };
    state.theme = 'light';
    dark();
    charts.forEach(item => { item.one.resize({ width: 680 }); item.redraw(); });
  });
  window.addEventListener('afterprint', () => {
    state.theme = before?.theme ?? 'auto';
    dark();
    charts.forEach(item => { item.one.resize({ width: 'auto' }); item.redraw(); });
  });
  dark();
  build();
  html.dataset.ready = 'true';
})();
