(function(){
var f=document.forms[0];if(!f)return;
var d=f.dataset,els=function(s){return [].slice.call(f.querySelectorAll(s))},b=f.querySelector('.b'),text=b.textContent,key='cx:'+f._sid.value,kiosk='idle'in d,store,began=Date.now(),seen={};
try{store=kiosk||'nokeep'in d?null:sessionStorage}catch(e){}
function own(){return els('[name]').filter(function(x){return x.name[0]!='_'&&x.type!='file'&&!('private'in x.dataset)})}
function base(x){return x.name.split('.')[0]}
function ticks(x){return x.type=='radio'||x.type=='checkbox'}
function values(){var o={};own().forEach(function(x){if(ticks(x)?x.checked:x.value)(o[x.name]=o[x.name]||[]).push(x.value)});return o}
function keep(){if(store)try{store.setItem(key,JSON.stringify(values()))}catch(e){}}
function restore(){if(!store||!('fresh'in d))return;var o;try{o=JSON.parse(store.getItem(key))}catch(e){}if(!o)return;
own().forEach(function(x){var v=o[x.name];if(v)if(ticks(x))x.checked=v.indexOf(x.value)>=0;else x.value=v[0]})}
function progress(){var p=document.querySelector('progress'),all=els('[data-q]').filter(function(q){return!q.hidden&&q.querySelector('[name]')}),v={},n;els('[name]').forEach(function(x){if((ticks(x)?x.checked:x.value)&&!x.closest('[data-c][hidden]'))v[base(x)]=1});n=all.filter(function(q){return v[q.dataset.q]}).length;if(p&&all.length)p.value=+d.before+(n/all.length)*+d.span}
var turn=0;
function ask(){var mine=++turn;if(!d.deps)return;
var form=new FormData(f),said=new URLSearchParams();form.forEach(function(v,n){if(typeof v=='string')said.append(n,v)});
fetch(d.visible,{method:'POST',body:said,credentials:'same-origin'}).then(function(r){return r.ok?r.json():null}).then(function(j){if(!j||mine!=turn)return;
var at=document.activeElement;els('[data-q],[data-c]').forEach(function(x){x.hidden=j.visible.indexOf(x.dataset.q||x.dataset.c)<0});f._v.value=j.visible.join(' ');progress();f.dispatchEvent(new Event('cx-shown'));
if(f.contains(at)&&at.closest('[hidden]')){var to=els('[name],button').filter(function(x){return x.offsetParent&&x.compareDocumentPosition(at)&4}).pop();if(to)to.focus()}}).catch(function(){f.dispatchEvent(new Event('cx-offline'))})}
f._pd.value.split('-').forEach(function(s){s=s.split('.');if(s[2])seen[s[0]]=[+s[1],+s[2]]});
function touch(x,n){var id=base(x),p=seen[id]=seen[id]||[Math.round((Date.now()-began)/100),0];p[1]+=n;f._pd.value=Object.keys(seen).map(function(id){return id+'.'+seen[id].join('.')}).join('-')}
f.addEventListener('change',function(e){var x=e.target;if(!x.name)return;
if(x.type=='checkbox'&&x.checked)els('[name="'+x.name+'"]').forEach(function(y){if(y!=x&&('x'in x.dataset||'x'in y.dataset))y.checked=false});
var q=x.closest('.bad');if(q&&(x.getAttribute('aria-invalid')||!q.querySelector('.cf [aria-invalid]'))){q.classList.remove('bad');q.querySelector('.e').remove();q.querySelectorAll('[aria-invalid]').forEach(function(y){y.removeAttribute('aria-invalid')})}
touch(x,1);keep();progress();if(d.deps&&(' '+d.deps+' ').indexOf(' '+base(x)+' ')>=0)ask()});
f.addEventListener('input',function(e){if(e.target.name)touch(e.target,0);keep()});
f.addEventListener('reset',function(){seen={};began=Date.now();setTimeout(progress)});
var sent=false;
function off(v){els('.acts button').forEach(function(x){x.disabled=v})}
f.addEventListener('submit',function(e){if(sent){e.preventDefault();return}sent=true;keep();setTimeout(function(){off(true);b.textContent=d.sending})});
addEventListener('pageshow',function(e){sent=false;off(false);b.textContent=text;if(kiosk&&e.persisted)location.replace(d.restart)});
restore();progress();if('fresh'in d&&store&&store.getItem(key))ask();
var box=els('.bad').length==1&&f.querySelector('.cf [aria-invalid]')||document.querySelector('.box[tabindex]');if(box)box.focus();
})();
