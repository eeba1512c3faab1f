document.querySelectorAll('.md').forEach(function(set){set.addEventListener('change',function(e){
set.querySelectorAll('input:checked').forEach(function(x){if(x!=e.target&&x.value==e.target.value)x.checked=false})})});
