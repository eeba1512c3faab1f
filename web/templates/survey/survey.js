(function(){
var f=document.forms[0];if(!f)return;
var d=f.dataset,els=function(s){return Array.prototype.slice.call(f.querySelectorAll(s))},b=f.querySelector('.b'),text=b.textContent,key='cx:'+f._sid.value,kiosk='idle'in d,store;
try{store=kiosk||'nokeep'in d?null:sessionStorage}catch(e){}
function values(){var o={};els('[name]').forEach(function(x){if(x.name[0]=='_')return;if(x.type=='radio'||x.type=='checkbox'){if(x.checked)(o[x.name]=o[x.name]||[]).push(x.value)}else if(x.value)o[x.name]=[x.value]});return o}
function keep(){if(store)try{store.setItem(key,JSON.stringify(values()))}catch(e){}}
function restore(){if(!store||!('fresh'in d))return;var o;try{o=JSON.parse(store.getItem(key))}catch(e){}if(!o)return;
els('[name]').forEach(function(x){if(x.name[0]=='_'||!o[x.name])return;if(x.type=='radio'||x.type=='checkbox')x.checked=o[x.name].indexOf(x.value)>=0;else x.value=o[x.name][0]})}
function blocks(){return els('[data-q]').filter(function(q){return!q.hidden})}
function progress(){var p=document.querySelector('progress'),all=blocks().filter(function(q){return q.querySelector('[name]')}),v=values(),n=all.filter(function(q){return v[q.dataset.q]}).length;if(p&&all.length)p.value=+d.before+(n/all.length)*+d.span}
var turn=0;
function ask(){var mine=++turn;if(!d.deps)return;
fetch(d.visible,{method:'POST',body:new URLSearchParams(new FormData(f)),credentials:'same-origin'}).then(function(r){return r.ok?r.json():null}).then(function(j){if(!j||mine!=turn)return;
els('[data-q]').forEach(function(q){q.hidden=j.visible.indexOf(q.dataset.q)<0});f._v.value=j.visible.join(',');progress()}).catch(function(){})}
f.addEventListener('change',function(e){var x=e.target;
if(x.type=='checkbox'&&x.checked)els('[name="'+x.name+'"]').forEach(function(y){if(y!=x&&('x'in x.dataset||'x'in y.dataset))y.checked=false});
var q=x.closest('.bad');if(q){q.classList.remove('bad');q.querySelector('.e').remove()}
keep();progress();if(d.deps&&(' '+d.deps+' ').indexOf(' '+x.name+' ')>=0)ask()});
f.addEventListener('input',keep);
var sent=false;
f.addEventListener('submit',function(e){if(sent){e.preventDefault();return}sent=true;keep();setTimeout(function(){els('button').forEach(function(x){x.disabled=true});b.textContent=d.sending})});
addEventListener('pageshow',function(e){sent=false;els('button').forEach(function(x){x.disabled=false});b.textContent=text;if(kiosk&&e.persisted)location.replace(d.restart)});
restore();progress();if('fresh'in d&&store&&store.getItem(key))ask();
var box=document.querySelector('.box[tabindex]');if(box)box.focus();
if(kiosk){var timer,reset=function(){clearTimeout(timer);timer=setTimeout(function(){location.replace(d.restart+'&left='+f._sid.value)},+d.idle*1000)};['pointerdown','keydown','scroll','input'].forEach(function(n){addEventListener(n,reset,true)});reset()}
})();
