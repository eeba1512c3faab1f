(function(){
'use strict';
var f=document.forms[0],d=f.dataset,main=document.querySelector('main'),WAIT='cx-kiosk',READY='cx-kiosk-ready',PATIENCE=4000,AGAIN=15000;
function id(name){return document.getElementById(name)}
function all(s,of){return Array.prototype.slice.call((of||f).querySelectorAll(s))}
function read(key){try{return JSON.parse(localStorage.getItem(key))||[]}catch(e){return[]}}
function write(key,list){try{localStorage.setItem(key,JSON.stringify(list));return true}catch(e){return false}}
function reach(url,options){var stop=new AbortController(),late=setTimeout(function(){stop.abort()},PATIENCE);options=options||{};options.signal=stop.signal;options.credentials='same-origin';
return fetch(url,options).finally(function(){clearTimeout(late)})}
function post(url,body){return reach(url,{method:'POST',body:new URLSearchParams(body)})}

/* Answers that wait for the network. The id is made before the first try, so the server takes each once. */
var busy=false;
function waiting(){var list=read(WAIT),bad=list.filter(function(x){return x.bad}).length,n=list.length-bad,p=id('k-wait'),say=[];
if(n)say.push((n==1?p.dataset.one:p.dataset.many).replace('0',n));if(bad)say.push(p.dataset.bad.replace('0',bad));
p.textContent=say.join(' · ');p.hidden=!say.length}
function change(sid,how){write(WAIT,read(WAIT).map(function(x){return x.sid==sid?how(x):x}).filter(Boolean));waiting()}
function send(){var next=read(WAIT).filter(function(x){return!x.bad})[0];if(busy||!next)return;busy=true;
var done=function(on){busy=false;if(on)send()};
post(next.url,next.body+'&_ago='+Math.max(0,Math.round((Date.now()-next.at)/1000))).then(function(r){
if(r.status==200)change(next.sid,function(){return null});
else if(r.status>=400&&r.status<500&&r.status!=408&&r.status!=429)change(next.sid,function(x){x.bad=r.status;return x});
else return done(false);
done(true)}).catch(function(){done(false)})}
function keep(sid,body){return write(WAIT,read(WAIT).concat([{sid:sid,url:new URL(d.kept,location.href).href,body:body,at:Date.now()}]))}

/* Ids with their receipt codes, for customers who come while the network is down. */
function stock(){if(!d.ready)return;reach(d.ready+(anew?'&own='+page:'')).then(function(r){return r.ok?r.json():null}).then(function(j){if(!j)return;
if((j.digest!=f._d.value||j.anew!=anew)&&!said()){location.replace(d.restart);return}
if(read(READY).length<10)write(READY,read(READY).concat(j.ready));if(anew&&j.own&&(!mine||mine[0]==page))mine=[page,j.own];if(!mine)take()}).catch(function(){})}
function fresh(){var pool=read(READY),one=pool.shift();if(one){write(READY,pool);return one}
var b=crypto.getRandomValues(new Uint8Array(16)),h=Array.prototype.map.call(b,function(x){return('0'+x.toString(16)).slice(-2)}).join('');
return[h.slice(0,8)+'-'+h.slice(8,12)+'-4'+h.slice(13,16)+'-a'+h.slice(17,20)+'-'+h.slice(20),'']}
var mine,page=f._sid.value,anew='anew'in d,loaded=Date.now(),began=loaded,clock=+f._t.value,parts=all('[data-q],[data-c]'),hidden=parts.map(function(x){return x.hidden}),shown=f._v.value;
function take(){mine=anew&&!mine?[page,'']:fresh();f._sid.value=mine[0]}
function begin(){began=Date.now();f._t.value=clock+Math.round((began-loaded)/1000);take()}
function said(){return all('[name]').some(function(x){return x.name[0]!='_'&&(x.type=='radio'||x.type=='checkbox'?x.checked!=x.defaultChecked:x.value!=x.defaultValue)})}

/* What must be said is looked at here, so that a customer is not thanked for half an answer. */
function there(s,q){return all(s,q).filter(function(x){return!x.closest('[hidden]')})}
function lacks(q){if(q.hidden||!q.querySelector('.r'))return false;var radios={},ticks=there('[type=checkbox]',q),texts=all('input.t,textarea.t',q);
there('[type=radio]',q).forEach(function(x){radios[x.name]=radios[x.name]||x.checked});
var names=Object.keys(radios);if(names.length)return names.some(function(n){return!radios[n]});
if(ticks.length)return!ticks.some(function(x){return x.checked});
return texts.length>0&&!texts[0].value.trim()}
function clean(){all('.e').forEach(function(e){e.remove()});all('.bad').forEach(function(q){q.classList.remove('bad')});all('.box.alert',main).forEach(function(b){b.remove()})}
function complete(){clean();var bad=all('[data-q]').filter(lacks);bad.forEach(function(q){q.classList.add('bad');var head=q.querySelector('legend,.l');head.after(id('k-required').content.cloneNode(true))});
if(bad.length){bad[0].scrollIntoView({block:'center'});var first=there('[name]',bad[0])[0];if(first)first.focus({preventScroll:true})}
return!bad.length}
function tell(name){clean();f.before(id(name).content.cloneNode(true));main.querySelector('.box.alert').focus();hold(false)}
function hold(on){all('.acts button').forEach(function(x){x.disabled=on})}

/* Thanks stand in the page itself: full screen stays, and no cut of the network can come between. */
var timer;
function thanks(code,own){var card=id('k-thanks').content.firstElementChild.cloneNode(true);
if(own)card.querySelector('[data-own]').textContent=own;
if(code)card.querySelector('.code').textContent=code;else card.querySelector('[data-receipt]').remove();
bar(true);main.hidden=true;main.after(card);scrollTo(0,0);card.focus({preventScroll:true});waiting();
card.querySelector('button').addEventListener('click',next);empty();clearTimeout(timer);timer=setTimeout(next,+id('k-thanks').dataset.seconds*1000)}
function empty(){if(!('fresh'in d)){all('[name]').forEach(function(x){if(x.name[0]=='_')return;if(x.type=='radio'||x.type=='checkbox')x.checked=x.defaultChecked=false;else x.value=x.defaultValue=''})}
f.reset();clean();parts.forEach(function(x,i){x.hidden=hidden[i]});f._v.value=shown;f._pd.value=''}
function bar(away){var p=document.querySelector('progress');if(p)p.hidden=away}
/* Where chance gives every customer a version, the server says which; while the network is down the one on screen goes on. */
function next(){clearTimeout(timer);if(anew)whenUp(function(){location.replace(d.restart+'&left='+page)},here);else here()}
function here(){bar(false);var card=document.querySelector('.k-thanks');if(card)card.remove();
empty();hold(false);main.hidden=false;scrollTo(0,0);begin();stock();send();waiting()}

function native(go){var b=document.createElement('input');b.type='hidden';b.name='_go';b.value=go||'on';f.append(b);HTMLFormElement.prototype.submit.call(f)}
function body(){var p=new URLSearchParams();new FormData(f).forEach(function(v,n){if(typeof v=='string'&&n!='_t')p.append(n,v)});
p.set('_sid',mine[0]);p.set('_took',Math.round((Date.now()-began)/1000));return p}
function hand(){var p=body();p.set('_live','1');
post(d.kept,p).then(function(r){if(r.status>=500)throw r;return r.json()}).then(function(j){if(j.state=='stored')thanks(j.code,j.thanks);else native()}).catch(function(){
p.delete('_live');p.delete('_v');if(keep(mine[0],p.toString()))thanks(mine[1],id('k-thanks').dataset.kept);else tell('k-full-up')})}
function whenUp(then,else_){reach(location.pathname.replace(/\/s\/[^]*$/,'/healthz')).then(function(r){if(!r.ok)throw r;then()}).catch(else_||function(){})}
addEventListener('submit',function(e){if(e.target!=f)return;var go=e.submitter&&e.submitter.value;
e.preventDefault();e.stopImmediatePropagation();
if(d.kept){if(!complete())return;hold(true);if(!mine)take();hand();return}
hold(true);whenUp(function(){native(go)},function(){tell('k-down')})},true);
/* Without network nobody knows what a condition would show: show it all, the server leaves out what does not apply. */
f.addEventListener('cx-offline',function(){parts.forEach(function(x){x.hidden=false})});

/* Nobody here any more. */
var idle;
function stay(){clearTimeout(idle);idle=setTimeout(function(){
if(d.kept){if(!document.querySelector('.k-thanks')&&(said()||f.querySelector('.bad')))next();else{stock();send()}stay();return}
main.hidden=true;var leave=function(){whenUp(function(){location.replace(d.restart+'&left='+f._sid.value)},function(){setTimeout(leave,AGAIN)})};leave()},+d.idle*1000)}
['pointerdown','keydown','scroll','input'].forEach(function(n){addEventListener(n,stay,true)});stay();

var full=id('k-full');
function offer(){full.hidden=!document.fullscreenEnabled||!!document.fullscreenElement}
full.addEventListener('click',function(){document.documentElement.requestFullscreen().catch(function(){})});
document.addEventListener('fullscreenchange',offer);offer();
if('serviceWorker'in navigator)navigator.serviceWorker.register(location.pathname.replace(/\/s\/[^]*$/,'/s/-/kiosk.js'),{scope:location.pathname.replace(/\/s\/[^]*$/,'/s/')}).catch(function(){});
var other=document.querySelector('a[hreflang]');
if(other&&d.kept&&self.caches)caches.open('cx-kiosk-1').then(function(c){return c.add(other.href)}).catch(function(){});
addEventListener('online',send);setInterval(send,AGAIN);
if(anew||read(READY).length)take();if(d.kept)stock();waiting();send();
})();
