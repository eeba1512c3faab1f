document.querySelectorAll('.sl').forEach(function(box){
var d=box.dataset,field=box.querySelector('[name]'),unit=box.querySelector('.un'),range=document.createElement('input'),out=document.createElement('output');
range.type='range';range.min=d.min;range.max=d.max;range.step=d.step;range.id=field.id;
['aria-describedby','aria-invalid','aria-required'].forEach(function(n){var v=field.getAttribute(n);if(v)range.setAttribute(n,v)});
field.id='';field.type='hidden';out.setAttribute('aria-hidden','true');
function show(){var v=field.value,none=v===''||isNaN(v),says=none?d.none:v+(unit?' '+unit.textContent:'');range.value=none?(+d.min+ +d.max)/2:v;range.className=none?'none':'';range.style.setProperty('--at',none?'0%':(v-d.min)/(d.max-d.min)*100+'%');range.setAttribute('aria-valuetext',says);
out.textContent='';var t=document.createElement(none?'small':'span');t.textContent=says;out.append(t)}
function take(e){field.value=range.value;show();field.dispatchEvent(new Event(e.type=='input'?'input':'change',{bubbles:true}))}
range.addEventListener('input',take);range.addEventListener('change',take);
range.addEventListener('click',function(e){if(field.value==='')take(e)});
range.addEventListener('keydown',function(e){if(field.value===''&&(e.key==' '||e.key=='Enter')){e.preventDefault();take(e)}});
box.querySelector('.u').hidden=true;box.prepend(out,range);show()});
