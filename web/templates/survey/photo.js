document.querySelectorAll('.pf').forEach(function(field){
var LONG=1600,d=field.dataset,more=document.createElement('button'),seen=document.createElement('div'),said=document.createElement('p'),files=[];
if(!self.createImageBitmap||!self.DataTransfer)return;
more.type='button';more.className='b b2 pb';more.textContent=d.take;more.id=field.id;field.id='';field.hidden=true;
var by=field.getAttribute('aria-describedby');if(by)more.setAttribute('aria-describedby',by);
seen.className='pp';said.className='v';said.setAttribute('role','status');field.after(seen,more,said);
function kept(){return field.parentNode.querySelectorAll('.ph input:checked').length}
function show(){var t=new DataTransfer();files.forEach(function(x){t.items.add(x.file)});field.files=t.files;more.hidden=files.length+kept()>=+d.max;said.textContent=files.length?d.says.replace('{n}',files.length):'';field.dispatchEvent(new Event('change',{bubbles:true}))}
more.onclick=function(){var x=document.createElement('input');x.type='file';x.accept=field.accept;x.setAttribute('capture','environment');x.onchange=function(){add(x.files[0])};x.click();field.pick=x};
field.add=add;
function add(file){if(!file)return;createImageBitmap(file).then(function(img){
var k=Math.min(1,LONG/Math.max(img.width,img.height)),c=document.createElement('canvas');c.width=Math.round(img.width*k);c.height=Math.round(img.height*k);c.getContext('2d').drawImage(img,0,0,c.width,c.height);
c.toBlob(function(blob){put(new File([blob],'photo.jpg',{type:'image/jpeg'}),c)},'image/jpeg',.85)}).catch(function(){put(file,null)})}
function put(file,c){var box=document.createElement('div'),no=document.createElement('button'),x={file:file};box.className='ph';no.type='button';no.textContent='×';no.setAttribute('aria-label',d.drop);
no.onclick=function(){files.splice(files.indexOf(x),1);box.remove();show();more.focus()};if(c)box.append(c);box.append(no);seen.append(box);files.push(x);show()}
field.parentNode.addEventListener('change',function(e){if(e.target.type=='checkbox')more.hidden=files.length+kept()>=+d.max})});
