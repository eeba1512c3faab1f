document.querySelectorAll('.rk').forEach(function(list){
var d=list.dataset,max=+d.max,live=document.createElement('p');live.className='v';live.setAttribute('role','status');list.after(live);
function button(name,text,says,label){var x=document.createElement('button');x.type='button';x.className=name;x.textContent=text;if(says)x.setAttribute('aria-label',says+' '+label);return x}
var items=Array.prototype.map.call(list.children,function(li,n){
var s=li.querySelector('select'),l=li.querySelector('label'),label=l.textContent,g=button('g',''),no=document.createElement('b'),t=document.createElement('span');
g.id=s.id;s.id='';var said=s.getAttribute('aria-describedby');t.textContent=label;no.setAttribute('aria-hidden','true');g.append(no,t);s.hidden=true;l.hidden=true;
var it={li:li,s:s,g:g,no:no,n:n,label:label,up:button('k u','↑',d.up,label),down:button('k dn','↓',d.down,label),grip:button('k d','⠿')};
it.grip.tabIndex=-1;it.grip.setAttribute('aria-hidden','true');li.append(g,it.up,it.down,it.grip);
g.onclick=function(){var at=taken.indexOf(it);if(at>=0)taken.splice(at,1);else if(on().length<max)taken.push(it);else return;done(it)};
it.up.onclick=function(){move(it,-1)};it.down.onclick=function(){move(it,1)};
g.onkeydown=function(e){if(e.altKey&&(e.key=='ArrowUp'||e.key=='ArrowDown')){e.preventDefault();move(it,e.key=='ArrowUp'?-1:1)}};
it.grip.onpointerdown=function(e){e.preventDefault();it.grip.setPointerCapture(e.pointerId);li.classList.add('lift');
it.grip.onpointermove=function(m){var there=on(),at=there.indexOf(it),before=there[at-1],after=there[at+1];
if(before&&m.clientY<mid(before))put(it,-1);else if(after&&m.clientY>mid(after))put(it,1);else return;show()};
it.grip.onpointerup=it.grip.onpointercancel=function(){it.grip.onpointermove=null;li.classList.remove('lift');done(it)}};
return it});
function mid(it){var r=it.li.getBoundingClientRect();return r.top+r.height/2}
var taken=items.filter(function(it){return it.s.value}).sort(function(a,b){return a.s.value-b.s.value});
/* What was taken and does not show now keeps its rank, and counts for nothing. */
function on(){return taken.filter(function(it){return!it.li.hidden})}
function put(it,by){var there=on(),at=there.indexOf(it),other=there[at+by];if(at<0||!other)return false;taken.splice(taken.indexOf(it),1);taken.splice(taken.indexOf(other)+(by>0?1:0),0,it);return true}
function move(it,by){if(put(it,by))done(it)}
function show(){taken=taken.filter(function(it){return on().indexOf(it)<max});var there=on();taken.concat(items.filter(function(it){return taken.indexOf(it)<0})).forEach(function(it,place){
var at=there.indexOf(it);if(list.children[place]!=it.li)list.insertBefore(it.li,list.children[place]);
it.li.className=(at>=0?'in':'')+(it.li.classList.contains('lift')?' lift':'');it.no.textContent=at>=0?at+1:'';if(at>=0||taken.indexOf(it)<0)it.s.value=at>=0?at+1:'';
it.up.disabled=at<1;it.down.disabled=at<0||at==there.length-1;
it.g.setAttribute('aria-label',it.label+(at>=0?', '+d.says.replace('{n}',at+1):', '+d.take))})}
function done(it){var held=document.activeElement;show();if(held&&it.li.contains(held)){if(held.disabled)held=it.g;held.focus()}
var at=on().indexOf(it);live.textContent=it.label+': '+(at>=0?d.says.replace('{n}',at+1):d.drop);
it.s.dispatchEvent(new Event('change',{bubbles:true}))}
show();list.closest('form').addEventListener('cx-shown',show)});
